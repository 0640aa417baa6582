"""发文: what came, what the unit issues, one paper and its steps."""

from django.urls import URLPattern, path

from evaluations.views import paper_annexes, paper_steps, papers, printing

urlpatterns: list[URLPattern] = [
    path("", papers.papers, name="papers"),
    path("papers.xlsx", papers.register, name="paper_register"),
    path("new/", papers.new, name="paper_new"),
    path("<int:pk>/", papers.paper, name="paper"),
    path("<int:pk>/paper.pdf", papers.sheet, name="paper_pdf"),
    path("<int:pk>/paper.docx", papers.word, name="paper_docx"),
    path("<int:pk>/booklet/", printing.paper_booklet, name="paper_booklet"),
    path("<int:pk>/print-run.pdf", printing.paper_run, name="paper_run"),
    path("<int:pk>/edit/", papers.edit, name="paper_edit"),
    path("<int:pk>/annexes/new/", paper_annexes.new, name="annex_new"),
    path("<int:pk>/annexes/names/", paper_annexes.names, name="annex_names"),
    path("<int:pk>/annexes/<int:annex_pk>/", paper_annexes.edit, name="annex"),
    path("<int:pk>/annexes/<int:annex_pk>/remove/", paper_annexes.remove, name="annex_remove"),
    path("<int:pk>/print/", paper_steps.print_again, name="paper_print"),
    path("<int:pk>/progress/", paper_steps.progress, name="paper_progress"),
    path("<int:pk>/steps/<slug:name>/", paper_steps.step, name="paper_step"),
    path("receipts/<int:pk>/", paper_steps.receive, name="paper_receive"),
]
