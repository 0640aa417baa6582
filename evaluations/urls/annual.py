"""年度简报: the year's board, one unit's bulletin, writing, reading, appraising."""

from django.urls import URLPattern, path

from evaluations.views import annual, annual_reading, annual_volumes, annual_writing, printing

urlpatterns: list[URLPattern] = [
    path("", annual.now, name="annual"),
    path("<int:year>/", annual.board, name="annual_year"),
    path("<int:year>/annual.xlsx", annual.export, name="annual_export"),
    path("<int:year>/round/", annual.ask, name="annual_round"),
    path("<int:year>/volumes/", annual_volumes.books, name="annual_volumes"),
    path("volumes/<int:pk>/", annual_volumes.book, name="annual_volume"),
    path("volumes/<int:pk>/volume.pdf", annual_volumes.file, name="annual_volume_file"),
    path("volumes/<int:pk>/booklet/", printing.volume_booklet, name="volume_booklet"),
    path("volumes/<int:pk>/print-run.pdf", printing.volume_run, name="volume_run"),
    path("volumes/<int:pk>/stop/", annual_volumes.stop, name="annual_volume_stop"),
    path("volumes/<int:pk>/go-on/", annual_volumes.go_on, name="annual_volume_go_on"),
    path("<int:year>/read/", annual.peers, name="annual_peers"),
    path("<int:year>/<int:pk>/", annual.bulletin, name="annual_bulletin"),
    path("<int:year>/<int:pk>/bulletin.pdf", annual.sheet, name="annual_pdf"),
    path("<int:year>/<int:pk>/rows/<int:source_pk>/", annual.rows, name="annual_rows"),
    path("<int:year>/<int:pk>/start/", annual_writing.start, name="annual_start"),
    path("<int:year>/<int:pk>/write/", annual_writing.write, name="annual_write"),
    path("<int:year>/<int:pk>/autosave/", annual_writing.autosave, name="annual_autosave"),
    path("<int:year>/<int:pk>/submit/", annual_writing.submit, name="annual_submit"),
    path("<int:year>/<int:pk>/pass/", annual_reading.read, name="annual_read"),
    path("<int:year>/<int:pk>/return/", annual_reading.send_back, name="annual_return"),
    path("<int:year>/<int:pk>/appraise/", annual_reading.appraise, name="annual_appraise"),
    path("<int:year>/<int:pk>/word/", annual_reading.word, name="annual_word"),
    path("<int:year>/<int:pk>/choose/", annual_reading.choose, name="annual_choose"),
]
