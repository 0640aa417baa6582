from activities.urls import activities, mentors, obligations, plans, rules, studios

app_name = "activities"
urlpatterns = [
    *activities.urlpatterns,
    *obligations.urlpatterns,
    *plans.urlpatterns,
    *rules.urlpatterns,
    *mentors.urlpatterns,
    *studios.urlpatterns,
]
