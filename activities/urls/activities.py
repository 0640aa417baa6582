from django.urls import URLPattern, path

from activities.views import activities, drafts, reviews, statistics

urlpatterns: list[URLPattern] = [
    path("activities/", activities.list_activities, name="activities"),
    path("activities/figures/", statistics.statistics, name="statistics"),
    path("activities/export.xlsx", activities.export, name="export"),
    path("activities/new/", drafts.new, name="new"),
    path("activities/new/draft/", drafts.autosave, name="autosave"),
    path("activities/new/files/", drafts.add_file, name="add_file"),
    path("activities/prospects/", drafts.preview, name="prospects"),
    path("activities/review/", reviews.queue, name="queue"),
    path("activities/files/<int:pk>/", activities.file, name="file"),
    path("activities/files/<int:pk>/small/", activities.small, name="small"),
    path("activities/files/<int:pk>/remove/", drafts.remove_file, name="remove_file"),
    path("activities/credits/<int:pk>/decline/", activities.decline, name="decline"),
    path("activities/credits/<int:pk>/restore/", activities.restore, name="restore"),
    path("activities/<int:pk>/", activities.activity, name="activity"),
    path("activities/<int:pk>/edit/", drafts.edit, name="edit"),
    path("activities/<int:pk>/draft/", drafts.autosave, name="autosave"),
    path("activities/<int:pk>/files/", drafts.add_file, name="add_file"),
    path("activities/<int:pk>/check/", drafts.check, name="check"),
    path("activities/<int:pk>/done/", drafts.done, name="done"),
    path("activities/<int:pk>/withdraw/", drafts.withdraw, name="withdraw"),
    path("activities/<int:pk>/discard/", drafts.discard, name="discard"),
    path("activities/<int:pk>/void/", activities.void, name="void"),
    path("activities/<int:pk>/review/", reviews.review, name="review"),
    path("activities/<int:pk>/accept/", reviews.accept, name="accept"),
    path("activities/<int:pk>/send-back/", reviews.send_back, name="send_back"),
]
