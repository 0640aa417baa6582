"""Signing in with a second step or through the city's service, sign-ins, the audit trail."""

from django.urls import URLPattern, path

from portal.web.views import account, audit, looking, second_step, sessions, sso

urlpatterns: list[URLPattern] = [
    path("login/code/", account.sign_in_code, name="login_code"),
    path("login/sso/", sso.sso, name="sso"),
    path("login/sso/back/", sso.sso_back, name="sso_back"),
    path("account/second-step/", second_step.second_step, name="second_step"),
    path("account/second-step/codes/", second_step.second_step_codes, name="second_step_codes"),
    path("account/second-step/off/", second_step.second_step_off, name="second_step_off"),
    path("account/sign-ins/", sessions.sessions, name="sessions"),
    path("account/sign-ins/end/", sessions.sessions_end, name="sessions_end"),
    path("account/sign-ins/<int:pk>/end/", sessions.session_end, name="session_end"),
    path("accounts/<int:pk>/second-step/", second_step.second_step_reset, name="second_step_reset"),
    path("accounts/<int:pk>/look/", looking.look, name="look"),
    path("look/end/", looking.look_end, name="look_end"),
    path("audit/", audit.audit_trail, name="audit"),
    path("audit/list.xlsx", audit.audit_export, name="audit_export"),
    path("audit/children/", audit.children_read, name="audit_children"),
    path("audit/<int:pk>/", audit.audit_event, name="audit_event"),
]
