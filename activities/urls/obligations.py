from django.urls import URLPattern, path

from activities.views import obligation_cases, obligation_cells, obligation_sets, obligations

urlpatterns: list[URLPattern] = [
    path("obligations/", obligations.home, name="obligations"),
    path("obligations/<int:year>/", obligations.board, name="obligation_board"),
    path("obligations/<int:year>/export/", obligations.export, name="obligation_export"),
    path("obligations/<int:year>/set/", obligation_sets.year_set, name="obligation_set"),
    path("obligations/<int:year>/set/draft/", obligation_sets.draft, name="obligation_draft"),
    path("obligations/<int:year>/set/edit/", obligation_sets.edit_set, name="obligation_set_edit"),
    path(
        "obligations/<int:year>/set/items/new/",
        obligation_sets.new_item,
        name="obligation_item_new",
    ),
    path(
        "obligations/<int:year>/set/items/<int:pk>/",
        obligation_sets.edit_item,
        name="obligation_item",
    ),
    path(
        "obligations/<int:year>/set/items/<int:pk>/remove/",
        obligation_sets.remove_item,
        name="obligation_item_remove",
    ),
    path("obligations/<int:year>/set/force/", obligation_sets.force, name="obligation_force"),
    path("obligations/<int:year>/office/<int:pk>/", obligations.office, name="obligation_office"),
    path("obligations/<int:year>/unit/<int:pk>/", obligations.unit, name="obligation_unit"),
    path(
        "obligations/<int:year>/windows/<int:pk>/close/",
        obligation_cases.close_window,
        name="obligation_window_close",
    ),
    path(
        "obligations/<int:year>/<slug:code>/reopen/",
        obligation_cases.reopen,
        name="obligation_reopen",
    ),
    path(
        "obligations/<int:year>/<slug:code>/<int:pk>/relief/",
        obligation_cases.relieve,
        name="obligation_relief",
    ),
    path(
        "obligations/<int:year>/<slug:code>/<int:pk>/relief/end/",
        obligation_cases.end_relief,
        name="obligation_relief_end",
    ),
    path(
        "obligations/<int:year>/<slug:code>/<int:pk>/",
        obligation_cells.cell,
        name="obligation_cell",
    ),
]
