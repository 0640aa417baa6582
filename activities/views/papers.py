"""Paper out and paper in: prints with a code, the sheet typed back, the photo found by its code."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from activities.choices import FieldType
from activities.documents import records
from activities.forms.activities import UnitChoiceForm, initial_of
from activities.forms.attendance import (
    NUMBERS,
    SHEET_ORDER,
    SUMMED,
    BlankForm,
    CodeForm,
    SheetPhotosForm,
    TypedBackForm,
)
from activities.models import Activity, ActivityKind, KindField, Lecture, PaperForm
from activities.models.minutes import current_minutes
from activities.permissions import may_edit, may_keep_attendance, may_log
from activities.services import attendance, papers
from activities.services.activities import EditedMeanwhile
from activities.views.meanwhile import both_versions
from activities.views.pages import rows_of
from committees.http import PortalRequest, require, site_of
from committees.models import Person, Unit
from committees.permissions import home_unit, may_anywhere
from committees.policy import Can
from portal.kernel import calendar, codes, files, thumbnails
from portal.kernel.codes import Code, Sheet
from portal.kernel.errors import BadFile, Refused
from portal.kernel.models import StoredFile

WHO_TYPES = "纸上的记录由本单位的秘书来录，教办也可以代录"
WAITING_PHOTO = "activities.sheet-photo"  # salt of what a page remembers between two steps
PHOTO_HOURS = 12
MOST_PHOTOS = 10
SQUARES: dict[str, int] = {FieldType.NUMBER: 6, FieldType.DATE: 8}  # of a kind's own boxes


# --- prints --------------------------------------------------------------------------------------


@require_GET
def record_pdf(request: PortalRequest, pk: int) -> HttpResponse:
    record = _record(request, pk)
    names = list(record.attendee_list.select_related("added_by"))
    content = records.record_pdf(record, rows_of(record), names, site=site_of(request))
    return files.made(content, f"活动记录{record.number or ''}.pdf")


@require_GET
def sign_in_sheet(request: PortalRequest, pk: int) -> HttpResponse:
    """签到表 with the names of the unit's people printed, twenty rows a page."""
    record = _record(request, pk)
    people = Person.objects.filter(unit=record.unit_id).order_by("name", "pk")
    names = (
        list(people.values_list("name", flat=True)) if may_log(request.user, record.unit) else []
    )
    content = records.sign_in_pdf(record, names, site=site_of(request))
    return files.made(content, "签到表.pdf")


@require_GET
def minutes_pdf(request: PortalRequest, pk: int) -> HttpResponse:
    record = _record(request, pk)
    return files.made(records.minutes_pdf(_minutes(record)), f"会议纪要{record.number or ''}.pdf")


@require_GET
def minutes_docx(request: PortalRequest, pk: int) -> HttpResponse:
    record = _record(request, pk)
    content = records.minutes_docx(_minutes(record))
    return files.made(content, f"会议纪要{record.number or ''}.docx")


def _minutes(record: Activity) -> records.Minutes:
    version = current_minutes(record)
    return records.minutes_of(
        record,
        version.text if version is not None else record.minutes,
        list(record.tracked.order_by("position", "pk")),
        list(record.attendee_list.all()),
    )


# --- a form to write on, and the same form on the screen -----------------------------------------


def paper(request: PortalRequest) -> HttpResponse:
    """The desk of paper: print an empty form, type a code, photograph a sheet."""
    require(may_anywhere(request.user, Can.ACTIVITY_LOG), WHO_TYPES)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("activities:code", form.cleaned_data["code"].digits)
    units = Unit.objects.reachable_by(request.user, Can.ACTIVITY_LOG).order_by("path")
    unit = home_unit(request.user)
    many = len(units[:2]) > 1
    page = {
        "form": form,
        "unit": unit,
        "choose_unit": UnitChoiceForm(units=units, initial={"unit": unit}) if many else None,
        "blank": BlankForm(),
        "typed": PaperForm.objects.visible_to(request.user)
        .filter(unit=unit)
        .select_related("activity")
        .order_by("-printed_at", "-pk")[:8],
    }
    status = 422 if form.errors else 200
    return render(request, "activities/papers/desk.html", page, status=status)


@require_POST
def print_blank(request: PortalRequest) -> HttpResponse:
    """A new form with its own code; the answer leads to its print."""
    chosen = request.POST.get("unit", "")
    allowed = Unit.objects.reachable_by(request.user, Can.ACTIVITY_LOG)
    unit = get_object_or_404(allowed, pk=int(chosen) if chosen.isdecimal() else 0)
    blank = BlankForm(request.POST)
    kind = blank.cleaned_data["kind"] if blank.is_valid() else None
    made = papers.print_blank(unit, kind=kind, by=request.user)
    return redirect("activities:paper_form", made.pk)


@require_POST
def print_for(request: PortalRequest, pk: int) -> HttpResponse:
    """The form of a draft, to be finished by hand."""
    record = _record(request, pk)
    require(may_edit(request.user, record), WHO_TYPES)
    return redirect("activities:paper_form", papers.print_for(record, by=request.user).pk)


@require_GET
def form_pdf(request: PortalRequest, pk: int) -> HttpResponse:
    form = get_object_or_404(_forms(request), pk=pk)
    kinds = list(ActivityKind.objects.filter(is_open=True).order_by("position", "pk"))
    content = records.form_pdf(form, kinds, _boxes(form), site=site_of(request))
    return files.made(content, f"活动记录表{records.code_of(form)}.pdf")


def _boxes(form: PaperForm) -> list[records.Box]:
    """The numbered boxes after the kind, then what only this kind asks, for fewer lines."""
    own = own_boxes(form)
    written = initial_of(form.activity) if form.activity else {"title": form.title}
    boxes = [
        records.Box(NUMBERS[name], label, _on_paper(written.get(name)), squares,
                    max(1, lines - max(0, len(own) - 1)))
        for name, label, squares, lines in SHEET_ORDER
        if name != "kind"
    ]  # fmt: skip
    extra = form.activity.extra if form.activity else {}
    for at, field in enumerate(own, len(NUMBERS) + 1):
        value, squares = str(extra.get(field.key) or ""), SQUARES.get(field.field_type, 0)
        value = value.replace("-", "") if field.field_type == FieldType.DATE else value
        boxes.append(records.Box(at, field.label, value, squares, answers=field.answers))
    return boxes


def own_boxes(form: PaperForm) -> list[KindField]:
    return list(KindField.objects.on_paper(form.kind_id, printed_at=form.printed_at))


def _on_paper(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:%Y%m%d}" if hasattr(value, "year") else str(value)


@require_GET
def by_code(request: PortalRequest, digits: str) -> HttpResponse:
    """Where a scanned or typed code leads; a sheet of somebody else is not there."""
    try:
        code = codes.read(digits)
    except Refused as refusal:
        raise Http404 from refusal
    if code.sheet == Sheet.PAPER_FORM:
        return redirect(
            "activities:typed_back", get_object_or_404(_forms(request), pk=code.number).pk
        )
    if code.sheet == Sheet.LECTURE:
        lectures = Lecture.objects.visible_to(request.user)
        return redirect(
            "activities:lecture_feedback", get_object_or_404(lectures, pk=code.number).pk
        )
    if code.sheet == Sheet.MARKS:
        return redirect("evaluations:visit_sheet", code.number)
    return redirect("activities:activity", _record(request, code.number).pk)


@never_cache
def typed_back(request: PortalRequest, pk: int) -> HttpResponse:
    """The sheet on the screen, box by box in the printed order."""
    sheet = get_object_or_404(_forms(request), pk=pk)
    record = sheet.activity
    require(may_log(request.user, sheet.unit), WHO_TYPES)
    if record is not None and not may_edit(request.user, record):
        messages.info(request, "这张表已经录过，也交上去了，就是这一条")
        return redirect("activities:activity", record.pk)
    asked = {"unit": sheet.unit, "on": calendar.today(), "own": own_boxes(sheet),
             "before": record.extra if record else {}}  # fmt: skip
    if request.method != "POST":
        return _typed_page(request, sheet, TypedBackForm(initial=_stood(sheet), **asked))
    form = TypedBackForm(request.POST, **asked)
    if not form.is_valid():
        return _typed_page(request, sheet, form)
    given = request.POST.get("version", "")
    try:
        kept = papers.type_back(
            sheet,
            fields=form.sheet_fields(),
            version=int(given) if given.isdecimal() else 0,
            by=request.user,
        )
    except EditedMeanwhile as meanwhile:
        here = reverse("activities:typed_back", args=[sheet.pk])
        return both_versions(
            request, form, form.sheet_fields(), meanwhile.current, save_url=here, what="这张表"
        )
    return redirect("activities:check", kept.pk)


def _stood(sheet: PaperForm) -> dict[str, Any]:
    """What is known of the sheet already; the sum is always asked anew."""
    if sheet.activity is None:
        return {"kind": sheet.kind_id, "title": sheet.title}
    return initial_of(sheet.activity)


def _typed_page(request: PortalRequest, sheet: PaperForm, form: TypedBackForm) -> HttpResponse:
    page = {
        "sheet": sheet,
        "form": form,
        "code": str(records.code_of(sheet)),
        "version": sheet.activity.version if sheet.activity else "",
        "is_known": sheet.activity is not None,
        "summed": "、".join(str(NUMBERS[name]) for name in SUMMED),
    }
    status = 422 if form.errors else 200
    return render(request, "activities/papers/typed_back.html", page, status=status)


# --- photographs of sheets -----------------------------------------------------------------------


@never_cache
def photos(request: PortalRequest) -> HttpResponse:
    """Photographs find their record by the code in the corner; nothing is attached unasked."""
    require(may_anywhere(request.user, Can.ACTIVITY_LOG), WHO_TYPES)
    form = SheetPhotosForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return render(request, "activities/papers/photos.html", {"form": form})
    uploads = request.FILES.getlist("file")[:MOST_PHOTOS]
    found, refused = [], []
    for upload in uploads:
        try:
            stored = files.store_photo(upload)
        except BadFile as refusal:
            refused.append(str(refusal))
        else:
            found.append(_found(request, stored, upload.name or "签到表.jpg"))
    if not uploads:
        refused.append("先选一张照片")
    page = {"form": form, "found": found, "refused": refused}
    return render(request, "activities/papers/photos.html", page, status=200 if found else 422)


def _found(request: PortalRequest, stored: StoredFile, name: str) -> dict[str, Any]:
    texts = codes.qr_in(files.read(stored))
    code = next((code for text in texts if (code := codes.in_address(text))), None)
    return {
        "name": name,
        "record": _of_code(request, code) if code else None,
        "code": str(code or ""),
        "photo": signing.dumps(
            {"file": stored.pk, "name": name, "by": request.user.pk}, salt=WAITING_PHOTO
        ),
    }


@require_POST
def attach(request: PortalRequest) -> HttpResponse:
    """The person has looked: put the photo into the record the code names."""
    photo = _waiting(request)
    form = CodeForm(request.POST)
    if not form.is_valid():
        messages.warning(
            request, f"{next(iter(form.errors.values()))[0]}。照片再选一次，或者重输编号"
        )
        return redirect("activities:paper_photos")
    record = _of_code(request, form.cleaned_data["code"])
    if record is None:
        raise Http404
    require(may_keep_attendance(request.user, record), WHO_TYPES)
    stored = get_object_or_404(StoredFile, pk=photo["file"])
    attendance.attach_sheet(record, stored=stored, name=photo["name"], by=request.user)
    messages.success(request, "签到表放进这条记录了")
    return redirect("activities:attendance", record.pk)


@require_GET
def waiting_photo(request: PortalRequest) -> HttpResponse:
    """The photo as it waits to be confirmed, small; only for whoever chose it."""
    stored = get_object_or_404(StoredFile, pk=_waiting(request)["file"])
    answer = HttpResponse(thumbnails.small(stored).read_bytes(), content_type="image/jpeg")
    answer["Cache-Control"] = "private, no-store"
    return answer


def _waiting(request: PortalRequest) -> dict[str, Any]:
    given = request.POST.get("photo") or request.GET.get("photo") or ""
    try:
        photo = signing.loads(given, salt=WAITING_PHOTO, max_age=PHOTO_HOURS * 3600)
    except signing.BadSignature as error:
        raise Http404 from error
    if photo["by"] != request.user.pk:
        raise Http404
    return dict(photo)


def _of_code(request: PortalRequest, code: Code) -> Activity | None:
    """The record a code leads to, if this user may see it; a printed form leads to its own."""
    visible = Activity.objects.visible_to(request.user).select_related("unit", "kind")
    if code.sheet == Sheet.RECORD:
        return visible.filter(pk=code.number).first()
    if code.sheet == Sheet.PAPER_FORM:
        return visible.filter(paper_form=code.number).first()
    if code.sheet == Sheet.LECTURE:
        return visible.filter(lecture=code.number).first()
    return None


# --- what the views above share -----------------------------------------------------------------


def _record(request: PortalRequest, pk: int) -> Activity:
    wanted = Activity.objects.visible_to(request.user).select_related(
        "unit", "kind", "city", "office"
    )
    return get_object_or_404(wanted, pk=pk)


def _forms(request: PortalRequest) -> Any:
    visible = PaperForm.objects.visible_to(request.user)
    return visible.select_related("unit__city", "kind", "activity__unit", "activity__kind")
