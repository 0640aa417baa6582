from activities.urls import activities, obligations, plans

app_name = "activities"
urlpatterns = [*activities.urlpatterns, *obligations.urlpatterns, *plans.urlpatterns]
