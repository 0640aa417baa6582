"""简报: series, issues, articles, the steps to the press."""

from django.urls import URLPattern, path

from evaluations.views import articles, issues, printing, series, steps, word_copies

urlpatterns: list[URLPattern] = [
    path("", issues.list_issues, name="bulletins"),
    path("series/new/", series.new_series, name="new_series"),
    path("series/<slug:slug>/", series.series, name="series"),
    path("series/<slug:slug>/new/", issues.new_issue, name="new_issue"),
    path("series/<slug:slug>/supplement/", issues.new_supplement, name="new_supplement"),
    path("<int:pk>/", issues.issue, name="issue"),
    path("<int:pk>/correct/", articles.correct, name="correct"),
    path("<int:pk>/bulletin.pdf", issues.pdf, name="pdf"),
    path("<int:pk>/booklet/", printing.issue_booklet, name="issue_booklet"),
    path("<int:pk>/print-run.pdf", printing.issue_run, name="issue_run"),
    path("<int:pk>/numbers/<slug:name>/", issues.number, name="issue_number"),
    path("<int:pk>/gather/", issues.gather, name="gather"),
    path("<int:pk>/note/", issues.note, name="note"),
    path("<int:pk>/articles/new/", articles.new_article, name="new_article"),
    path("<int:pk>/articles/<int:article_pk>/", articles.edit_article, name="article"),
    path("<int:pk>/articles/<int:article_pk>/move/", articles.move_article, name="move_article"),
    path(
        "<int:pk>/articles/<int:article_pk>/remove/", articles.remove_article, name="remove_article"
    ),
    path("<int:pk>/articles/<int:article_pk>/shorten/", articles.shorten, name="shorten_article"),
    path("<int:pk>/articles/<int:article_pk>/join/", articles.join_article, name="join_article"),
    path("<int:pk>/bulletin.docx", word_copies.word_out, name="word_out"),
    path("<int:pk>/word/", word_copies.word_back, name="word_back"),
    path("<int:pk>/word/<int:back_pk>/", word_copies.word_changes, name="word_changes"),
    path("<int:pk>/word/<int:back_pk>/drop/", word_copies.word_drop, name="word_drop"),
    path("<int:pk>/proof/", steps.proof, name="proof"),
    path("<int:pk>/proof/bulletin.pdf", steps.proof_file, name="proof_file"),
    path("<int:pk>/print/", steps.print_again, name="print_again"),
    path("<int:pk>/progress/", steps.progress, name="progress"),
    path("<int:pk>/steps/<slug:name>/", steps.step, name="step"),
]
