from django.urls import URLPattern, path

from reading_program.views import editions, plans

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
]
