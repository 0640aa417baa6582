from django.urls import URLPattern, path

from activities.views import joint, partners, studios

urlpatterns: list[URLPattern] = [
    path("studios/", studios.studio_list, name="studios"),
    path("studios/export.xlsx", studios.export, name="studios_export"),
    path("studios/rules/", studios.rules, name="studio_rules"),
    path("studios/new/", studios.new, name="studio_new"),
    path("studios/<int:pk>/", studios.studio, name="studio"),
    path("studios/<int:pk>/edit/", studios.edit, name="studio_edit"),
    path("studios/<int:pk>/members/", studios.candidates, name="studio_candidates"),
    path("studios/<int:pk>/members/<int:person>/", studios.join, name="studio_join"),
    path("studios/members/<int:pk>/leave/", studios.leave, name="studio_leave"),
    path("studios/<int:pk>/plans/<int:year>/", studios.plan, name="studio_plan"),
    path("studios/plans/<int:pk>/file/", studios.plan_file, name="studio_plan_file"),
    path("studios/<int:pk>/close/", studios.close, name="studio_close"),
    path("studios/<int:pk>/reopen/", studios.reopen, name="studio_reopen"),
    path("partners/", partners.partner_list, name="partners"),
    path("partners/export.xlsx", partners.export, name="partners_export"),
    path("partners/new/", partners.new, name="partner_new"),
    path("partners/<int:pk>/", partners.partner, name="partner"),
    path("partners/<int:pk>/edit/", partners.edit, name="partner_edit"),
    path("partners/<int:pk>/phone/", partners.phone, name="partner_phone"),
    path("partners/<int:pk>/end/", partners.end, name="partner_end"),
    path("partners/<int:pk>/resume/", partners.resume, name="partner_resume"),
    path("partners/<int:pk>/agreements/new/", partners.agree, name="agreement_new"),
    path("partners/agreements/<int:pk>/document/", partners.document, name="agreement_document"),
    path(
        "partners/agreements/<int:pk>/remove/", partners.agreement_remove, name="agreement_remove"
    ),
    path("activities/joint/", joint.joint_list, name="joint"),
    path("activities/joint/export.xlsx", joint.export, name="joint_export"),
    path("activities/<int:pk>/together/", joint.together, name="together"),
    path("activities/cohosts/<int:pk>/confirm/", joint.confirm, name="cohost_confirm"),
    path("activities/cohosts/<int:pk>/decline/", joint.decline, name="cohost_decline"),
]
