from django.urls import URLPattern, path

from activities.views import attendance, papers, sign_in

urlpatterns: list[URLPattern] = [
    path("activities/<int:pk>/attendance/", attendance.tick_list, name="attendance"),
    path("activities/<int:pk>/attendance/number/", attendance.use_count, name="use_count"),
    path("activities/attendees/<int:pk>/remove/", attendance.strike_off, name="strike_off"),
    path("activities/files/<int:pk>/sheet/", attendance.mark_sheet, name="mark_sheet"),
    path("activities/<int:pk>/checkin/", attendance.checkin, name="checkin"),
    path("activities/<int:pk>/checkin/count/", attendance.count, name="checkin_count"),
    path("activities/<int:pk>/checkin/screen/", attendance.screen, name="checkin_screen"),
    path("activities/<int:pk>/checkin/close/", attendance.close, name="checkin_close"),
    path("activities/<int:pk>/checkin/extend/", attendance.extend, name="checkin_extend"),
    path("s/<str:token>/", sign_in.sign_in, name="sign_in"),
    path("activities/<int:pk>/record.pdf", papers.record_pdf, name="record_pdf"),
    path("activities/<int:pk>/sign-in-sheet.pdf", papers.sign_in_sheet, name="sign_in_sheet"),
    path("activities/<int:pk>/minutes.pdf", papers.minutes_pdf, name="minutes_pdf"),
    path("activities/<int:pk>/minutes.docx", papers.minutes_docx, name="minutes_docx"),
    path("activities/<int:pk>/paper/", papers.print_for, name="paper_of"),
    path("c/<str:digits>/", papers.by_code, name="code"),
    path("paper/", papers.paper, name="paper"),
    path("paper/new/", papers.print_blank, name="paper_new"),
    path("paper/<int:pk>/form.pdf", papers.form_pdf, name="paper_form"),
    path("paper/<int:pk>/", papers.typed_back, name="typed_back"),
    path("paper/photos/", papers.photos, name="paper_photos"),
    path("paper/photos/attach/", papers.attach, name="paper_attach"),
    path("paper/photos/waiting/", papers.waiting_photo, name="paper_photo"),
]
