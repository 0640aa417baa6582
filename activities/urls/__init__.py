from activities.urls import activities, attendance, mentors, obligations, plans, rules, studios

app_name = "activities"
urlpatterns = [
    *activities.urlpatterns,
    *attendance.urlpatterns,
    *obligations.urlpatterns,
    *plans.urlpatterns,
    *rules.urlpatterns,
    *mentors.urlpatterns,
    *studios.urlpatterns,
]
