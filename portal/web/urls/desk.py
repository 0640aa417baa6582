"""Reminders, the call list, data requests and the burden ledger."""

from django.urls import URLPattern, path

from portal.web.views import burden, home, notices, reminders, requests

urlpatterns: list[URLPattern] = [
    path("notices/", notices.notices, name="notices"),
    path("todo/list.pdf", home.todo_pdf, name="todo_pdf"),
    path("account/reminders/", reminders.address, name="address"),
    path("reminders/calls/", reminders.calls, name="calls"),
    path("reminders/calls/list.pdf", reminders.calls_pdf, name="calls_pdf"),
    path("requests/", requests.requests, name="requests"),
    path("requests/new/", requests.request_new, name="data_request_new"),
    path("requests/<int:pk>/", requests.data_request, name="data_request"),
    path("requests/<int:pk>/edit/", requests.request_edit, name="data_request_edit"),
    path("requests/<int:pk>/sources/", requests.request_sources, name="data_request_sources"),
    path("requests/<int:pk>/send/", requests.request_send, name="data_request_send"),
    path("requests/<int:pk>/close/", requests.request_close, name="data_request_close"),
    path("requests/<int:pk>/answers.xlsx", requests.request_export, name="data_request_export"),
    path("requests/answers/<int:pk>/", requests.answer, name="data_answer"),
    path("requests/answers/<int:pk>/files/<int:field_pk>/", requests.data_file, name="data_file"),
    path("burden/", burden.burden, name="burden"),
    path("burden/ledger.xlsx", burden.burden_export, name="burden_export"),
    path("burden/ceiling/", burden.ceiling, name="burden_ceiling"),
]
