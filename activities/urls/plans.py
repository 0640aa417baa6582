from django.urls import URLPattern, path

from activities.views import plan_drafts, plan_work, plans

urlpatterns: list[URLPattern] = [
    path("plans/", plans.plans, name="plans"),
    path("plans/new/", plan_drafts.upload, name="plan_upload"),
    path("plans/<int:year>/", plans.plan, name="plan"),
    path("plans/<int:year>/units/<int:pk>/", plans.unit, name="plan_unit"),
    path("plans/<int:year>/tasks/<int:pk>/", plans.task, name="plan_task"),
    path(
        "plans/<int:year>/tasks/<int:pk>/units/<int:unit>/tell/",
        plan_work.tell,
        name="plan_tell",
    ),
    path(
        "plans/<int:year>/tasks/<int:pk>/units/<int:unit>/reply/",
        plan_work.reply,
        name="plan_reply",
    ),
    path("plans/<int:year>/amend/", plan_work.amend, name="plan_amend"),
    path("plans/<int:year>/copy/", plan_work.copy, name="plan_copy"),
    path("plans/<int:year>/offices/", plans.offices, name="plan_offices"),
    path("plans/<int:year>/export.xlsx", plans.export, name="plan_export"),
    path("plans/<int:year>/draft/", plan_drafts.draft, name="plan_draft"),
    path("plans/<int:year>/draft/heading/", plan_drafts.heading, name="plan_heading"),
    path("plans/<int:year>/draft/publish/", plan_drafts.publish, name="plan_publish"),
    path("plans/<int:year>/draft/discard/", plan_drafts.discard, name="plan_discard"),
    path("plans/source/<int:pk>/", plans.source, name="plan_source"),
    path("plans/items/<int:pk>/", plan_drafts.node, name="plan_node"),
    path("plans/items/<int:pk>/checked/", plan_drafts.node_checked, name="plan_node_checked"),
    path("plans/items/<int:pk>/add/", plan_drafts.node_add, name="plan_node_add"),
    path("plans/items/<int:pk>/merge/", plan_drafts.node_merge, name="plan_node_merge"),
]
