"""The address book: each app's pages once."""

from django.urls import include, path

urlpatterns = [
    path("", include("portal.web.urls")),
    path("", include("committees.urls")),
    path("", include("activities.urls")),
    path("reading/", include("reading_program.urls")),
    path("", include("evaluations.urls")),
]
handler400 = "portal.web.views.errors.bad_request"
handler403 = "portal.web.views.errors.forbidden"
handler404 = "portal.web.views.errors.not_found"
handler500 = "portal.web.views.errors.broken"
