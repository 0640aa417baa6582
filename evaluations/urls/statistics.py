"""统计年报: the year's board, one unit's report and its steps, versions of the form."""

from django.urls import URLPattern, path

from evaluations.views import statistics, statistics_above, statistics_steps, statistics_tables

urlpatterns: list[URLPattern] = [
    path("", statistics.now, name="statistics"),
    path("tables/", statistics_tables.tables, name="statistics_tables"),
    path("tables/standard/", statistics_tables.standard, name="statistics_standard"),
    path("tables/<int:pk>/", statistics_tables.table, name="statistics_table"),
    path("tables/<int:pk>/copy/", statistics_tables.copy, name="statistics_table_copy"),
    path("tables/<int:pk>/publish/", statistics_tables.publish, name="statistics_table_publish"),
    path("tables/<int:pk>/line/", statistics_tables.line, name="statistics_line_new"),
    path("tables/<int:pk>/line/<slug:code>/", statistics_tables.line, name="statistics_line"),
    path(
        "tables/<int:pk>/line/<slug:code>/drop/",
        statistics_tables.drop,
        name="statistics_line_drop",
    ),
    path("<int:year>/", statistics.board, name="statistics_year"),
    path("<int:year>/round/", statistics.ask, name="statistics_round"),
    path("<int:year>/above/<int:pk>/", statistics_above.above, name="statistics_above"),
    path(
        "<int:year>/above/<int:pk>/above.pdf", statistics_above.sheet, name="statistics_above_pdf"
    ),
    path(
        "<int:year>/above/<int:pk>/above.xlsx",
        statistics_above.export,
        name="statistics_above_export",
    ),
    path("<int:year>/urge/", statistics.urge, name="statistics_urge"),
    path("<int:year>/<int:pk>/", statistics.report, name="statistics_report"),
    path("<int:year>/<int:pk>/report.pdf", statistics.sheet, name="statistics_pdf"),
    path("<int:year>/<int:pk>/report.xlsx", statistics.export, name="statistics_export"),
    path("<int:year>/<int:pk>/rows/<slug:code>/", statistics.figure, name="statistics_figure"),
    path("<int:year>/<int:pk>/fill/", statistics_steps.fill, name="statistics_fill"),
    path("<int:year>/<int:pk>/hand-over/", statistics_steps.hand_over, name="statistics_hand_over"),
    path("<int:year>/<int:pk>/sign/", statistics_steps.sign, name="statistics_sign"),
    path("<int:year>/<int:pk>/return/", statistics_steps.send_back, name="statistics_return"),
    path("<int:year>/<int:pk>/gather/", statistics_steps.gather, name="statistics_gather"),
    path("<int:year>/<int:pk>/correct/", statistics_steps.correct, name="statistics_correct"),
]
