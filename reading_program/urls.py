from django.urls import URLPattern

app_name = "reading_program"
urlpatterns: list[URLPattern] = []
