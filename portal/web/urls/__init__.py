from django.urls import URLPattern, path

from portal.web.urls import desk
from portal.web.views import (
    account,
    handovers,
    home,
    imports,
    integrity,
    jobs,
    search,
    styleguide,
    unit_changes,
)

app_name = "web"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("todo/", home.todo, name="todo"),
    path("menu/", home.menu, name="menu"),
    path("search/", search.search, name="search"),
    path("notices/read/", home.notices_read, name="notices_read"),
    path("notices/<int:pk>/read/", home.notice_read, name="notice_read"),
    path("login/", account.sign_in, name="login"),
    path("logout/", account.sign_out, name="logout"),
    path("account/password/", account.password, name="password"),
    path("account/text-size/", account.text_size, name="text_size"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/cancel/", jobs.job_cancel, name="job_cancel"),
    path("jobs/<int:pk>/file/", jobs.job_file, name="job_file"),
    path("imports/", imports.imports, name="imports"),
    path("imports/template/", imports.import_template, name="import_template"),
    path("imports/<int:pk>/", imports.import_run, name="import_run"),
    path("imports/<int:pk>/map/", imports.import_map, name="import_map"),
    path("imports/<int:pk>/progress/", imports.import_progress, name="import_progress"),
    path("imports/<int:pk>/start/", imports.import_start, name="import_start"),
    path("imports/<int:pk>/cancel/", imports.import_cancel, name="import_cancel"),
    path("imports/<int:pk>/file/", imports.import_file, name="import_file"),
    path("imports/<int:pk>/undo/", imports.import_undo, name="import_undo"),
    path("handovers/written/", handovers.written, name="written"),
    path("handovers/<int:pk>/", handovers.handover, name="handover"),
    path("changes/", unit_changes.unit_changes, name="unit_changes"),
    path("changes/<int:pk>/", unit_changes.unit_change, name="unit_change"),
    path("changes/<int:pk>/undo/", unit_changes.unit_change_undo, name="unit_change_undo"),
    path("integrity/", integrity.integrity, name="integrity"),
    path("units/<int:pk>/change/", unit_changes.unit_change_new, name="unit_change_new"),
    path(
        "units/<int:pk>/change/<slug:kind>/",
        unit_changes.unit_change_plan,
        name="unit_change_plan",
    ),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    *desk.urlpatterns,
]
