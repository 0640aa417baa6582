from django.urls import URLPattern, path

from reading_program.views import editions, entries, places, plans

app_name = "reading_program"
urlpatterns: list[URLPattern] = [
    path("", editions.editions, name="editions"),
    path("new/", editions.edition_new, name="edition_new"),
    path("<int:pk>/", editions.edition, name="edition"),
    path("<int:pk>/edit/", editions.edition_edit, name="edition_edit"),
    path("<int:pk>/publish/", editions.edition_publish, name="edition_publish"),
    path("<int:pk>/plan/", plans.plan, name="plan_write"),
    path("<int:pk>/board/", plans.board, name="board"),
    path("plans/<int:pk>/", plans.show, name="plan"),
    path("plans/<int:pk>/file/", plans.plan_file, name="plan_file"),
    path("plans/<int:pk>/withdraw/", plans.plan_withdraw, name="plan_withdraw"),
    path("plans/<int:pk>/accept/", plans.plan_accept, name="plan_accept"),
    path("plans/<int:pk>/return/", plans.plan_send_back, name="plan_send_back"),
    path("<int:pk>/entries/", entries.entries, name="entries"),
    path("<int:pk>/entries/board/", places.entry_board, name="entry_board"),
    path("<int:pk>/entries/summary/", places.summary_xlsx, name="summary_xlsx"),
    path("<int:pk>/entries/summary.pdf", places.summary_pdf, name="summary_pdf"),
    path("<int:pk>/tracks/<slug:code>/", entries.track_list, name="track_list"),
    path("<int:pk>/tracks/<slug:code>/new/", entries.entry_new, name="entry_new"),
    path("<int:pk>/tracks/<slug:code>/rank/", entries.track_rank, name="track_rank"),
    path("<int:pk>/tracks/<slug:code>/send/", entries.track_send, name="track_send"),
    path("<int:pk>/tracks/<slug:code>/places/", places.places, name="places"),
    path("<int:pk>/tracks/<slug:code>/hand-back/", places.places_back, name="places_back"),
    path("<int:pk>/tracks/<slug:code>/rules/", editions.track_rules, name="track_rules"),
    path("entries/<int:pk>/", entries.entry, name="entry"),
    path("entries/<int:pk>/edit/", entries.entry_edit, name="entry_edit"),
    path("entries/<int:pk>/forward/", entries.entry_forward, name="entry_forward"),
    path("entries/<int:pk>/return/", entries.entry_return, name="entry_return"),
    path("entries/<int:pk>/resubmit/", entries.entry_resubmit, name="entry_resubmit"),
    path("entries/<int:pk>/withdraw/", entries.entry_withdraw, name="entry_withdraw"),
    path("entries/files/<int:pk>/", entries.entry_file, name="entry_file"),
]
