from activities.urls import (
    activities,
    attendance,
    mentors,
    obligations,
    plans,
    records,
    rules,
    studios,
)

app_name = "activities"
urlpatterns = [
    *activities.urlpatterns,
    *attendance.urlpatterns,
    *records.urlpatterns,
    *obligations.urlpatterns,
    *plans.urlpatterns,
    *rules.urlpatterns,
    *mentors.urlpatterns,
    *studios.urlpatterns,
]
