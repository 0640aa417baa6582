from django.urls import URLPattern, path

from committees.urls import teams
from committees.views import accounts, committees, coverage, people, profile, unit_facts, units

app_name = "committees"
urlpatterns: list[URLPattern] = [
    *teams.urlpatterns,
    path("units/", units.units, name="units"),
    path("units/new/", units.unit_new, name="unit_new"),
    path("units/export/", units.units_export, name="units_export"),
    path("units/coverage/", coverage.coverage, name="coverage"),
    path("units/coverage/units/", coverage.behind, name="coverage_units"),
    path("units/coverage/threshold/", unit_facts.coverage_threshold, name="coverage_threshold"),
    path("units/<int:pk>/", profile.unit, name="unit"),
    path("units/<int:pk>/years/", unit_facts.unit_years, name="unit_years"),
    path("units/<int:pk>/party-phone/", unit_facts.party_phone, name="party_phone"),
    path("units/<int:pk>/edit/", units.unit_edit, name="unit_edit"),
    path("units/<int:pk>/committee/new/", committees.establish, name="establish"),
    path("committees/<int:pk>/units/new/", committees.serve, name="serve"),
    path("committees/<int:pk>/posts/new/", committees.appoint, name="appoint"),
    path("committees/services/<int:pk>/end/", committees.service_end, name="service_end"),
    path("committees/posts/<int:pk>/end/", committees.post_end, name="post_end"),
    path("people/", people.people, name="people"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/phone/", people.person_phone, name="person_phone"),
    path("people/<int:pk>/edit/", people.person_edit, name="person_edit"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/export/", accounts.accounts_export, name="accounts_export"),
    path("accounts/new/", accounts.account_new, name="account_new"),
    path("accounts/missing/<int:pk>/", accounts.accounts_missing, name="accounts_missing"),
    path("accounts/<int:pk>/password/", accounts.account_reset, name="account_reset"),
    path("accounts/grants/<int:pk>/end/", accounts.grant_end, name="grant_end"),
]
