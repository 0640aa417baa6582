"""“五好”创建: tables of points, campaigns, one unit's appraisal, titles."""

from django.urls import URLPattern, path

from evaluations.views import campaigns, five_good, publicity

urlpatterns: list[URLPattern] = [
    path("", campaigns.five_good, name="five_good"),
    path("rubrics/new/", campaigns.rubric_new, name="rubric_new"),
    path("rubrics/<int:pk>/", campaigns.rubric, name="rubric"),
    path("rubrics/<int:pk>/rubric.json", campaigns.rubric_file, name="rubric_file"),
    path("rubrics/<int:pk>/publish/", campaigns.rubric_publish, name="rubric_publish"),
    path("campaigns/new/", campaigns.campaign_new, name="campaign_new"),
    path("campaigns/<int:pk>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:pk>/open/", campaigns.campaign_open, name="campaign_open"),
    path("campaigns/<int:pk>/name/", campaigns.campaign_name, name="campaign_name"),
    path("campaigns/<int:pk>/steps/<slug:name>/", publicity.campaign_step, name="campaign_step"),
    path("campaigns/<int:pk>/publicity/", publicity.publicity, name="publicity"),
    path(
        "campaigns/<int:pk>/objections/<int:appraisal_pk>/",
        publicity.objection_new,
        name="objection_new",
    ),
    path("objections/<int:pk>/", publicity.objection_answer, name="objection_answer"),
    path("campaigns/<int:pk>/naming.pdf", publicity.naming_file, name="naming_file"),
    path("campaigns/<int:pk>/plaques.<slug:form>", publicity.plaques, name="plaques"),
    path("titles/", campaigns.titles, name="titles"),
    path("titles/<int:pk>/recheck/", campaigns.recheck, name="title_recheck"),
    path("<int:pk>/", five_good.appraisal, name="appraisal"),
    path("<int:pk>/gap/", five_good.gap, name="five_good_gap"),
    path("<int:pk>/steps/<slug:name>/", five_good.step, name="appraisal_step"),
    path("<int:pk>/lines/<str:code>/", five_good.line, name="five_good_line"),
    path("<int:pk>/lines/<str:code>/papers/new/", five_good.evidence_new, name="evidence_new"),
    path("papers/<int:pk>/", five_good.evidence, name="evidence"),
    path("<int:pk>/<slug:column>/<str:code>/", five_good.part, name="five_good_part"),
]
