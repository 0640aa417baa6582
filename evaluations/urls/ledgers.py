"""台账 by unit and year, and the closing of a year."""

from django.urls import URLPattern, path

from evaluations.views import ledgers, years

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
