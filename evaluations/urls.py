from django.urls import URLPattern, URLResolver, include, path

from evaluations.views import articles, issues, ledgers, series, steps, years

app_name = "evaluations"
bulletins: list[URLPattern] = [
    path("", issues.list_issues, name="bulletins"),
    path("series/new/", series.new_series, name="new_series"),
    path("series/<slug:slug>/", series.series, name="series"),
    path("series/<slug:slug>/new/", issues.new_issue, name="new_issue"),
    path("<int:pk>/", issues.issue, name="issue"),
    path("<int:pk>/bulletin.pdf", issues.pdf, name="pdf"),
    path("<int:pk>/gather/", issues.gather, name="gather"),
    path("<int:pk>/note/", issues.note, name="note"),
    path("<int:pk>/articles/new/", articles.new_article, name="new_article"),
    path("<int:pk>/articles/<int:article_pk>/", articles.edit_article, name="article"),
    path("<int:pk>/articles/<int:article_pk>/move/", articles.move_article, name="move_article"),
    path(
        "<int:pk>/articles/<int:article_pk>/remove/", articles.remove_article, name="remove_article"
    ),
    path("<int:pk>/proof/", steps.proof, name="proof"),
    path("<int:pk>/proof/bulletin.pdf", steps.proof_file, name="proof_file"),
    path("<int:pk>/print/", steps.print_again, name="print_again"),
    path("<int:pk>/progress/", steps.progress, name="progress"),
    path("<int:pk>/steps/<slug:name>/", steps.step, name="step"),
]
ledger_pages: list[URLPattern] = [
    path("", ledgers.now, name="ledgers"),
    path("<int:year>/", ledgers.ledgers_of, name="ledgers_of"),
    path("<int:year>/ledgers.xlsx", ledgers.ledgers_export, name="ledgers_export"),
    path("<int:year>/<int:pk>/", ledgers.ledger, name="ledger"),
    path("<int:year>/<int:pk>/make/", ledgers.make, name="ledger_make"),
    path("<int:year>/<int:pk>/progress/", ledgers.progress, name="ledger_progress"),
    path("copies/<int:pk>/ledger.<slug:form>", ledgers.copy_file, name="ledger_file"),
]
year_pages: list[URLPattern] = [
    path("", years.year_list, name="years"),
    path("<int:year>/", years.year, name="year"),
    path("<int:year>/close/", years.close, name="year_close"),
    path("<int:year>/reopen/", years.reopen, name="year_reopen"),
    path("<int:year>/progress/", years.progress, name="year_progress"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("bulletins/", include(bulletins)),
    path("ledgers/", include(ledger_pages)),
    path("years/", include(year_pages)),
]
