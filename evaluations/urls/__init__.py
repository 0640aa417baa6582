from django.urls import URLPattern, URLResolver, include, path

from evaluations.urls import annual, bulletins, five_good, ledgers, papers, statistics

app_name = "evaluations"
urlpatterns: list[URLPattern | URLResolver] = [
    path("bulletins/", include(bulletins.urlpatterns)),
    path("annual/", include(annual.urlpatterns)),
    path("statistics/", include(statistics.urlpatterns)),
    path("papers/", include(papers.urlpatterns)),
    path("ledgers/", include(ledgers.ledger_pages)),
    path("years/", include(ledgers.year_pages)),
    path("five-good/", include(five_good.urlpatterns)),
]
