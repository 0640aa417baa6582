from activities.urls import activities, mentors, obligations, plans, studios

app_name = "activities"
urlpatterns = [
    *activities.urlpatterns,
    *obligations.urlpatterns,
    *plans.urlpatterns,
    *mentors.urlpatterns,
    *studios.urlpatterns,
]
