"""Paper out and paper in: the same record, whichever way it came."""

import io
import re
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from activities.choices import STANDARD_FIELDS, FileRole
from activities.documents import records as documents
from activities.forms.activities import OPTIONAL, REQUIRED
from activities.forms.attendance import NUMBERS, SHEET_ORDER, TypedBackForm
from activities.models import Activity, KindField, PaperForm
from activities.services import papers
from committees.models import Person
from portal.kernel import calendar, codes
from tests.factories import activities as records
from tests.factories import lectures
from tests.kernel.test_codes import jpeg, leaning, sheet_of_paper
from tests.personas import World

SITE = "http://testserver"


def text_of(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return re.sub(r"[\s\u200b]", "", "".join(page.extract_text() for page in pages))


def boxes(**changes: str) -> dict[str, str]:
    """A sheet filled in by hand, box by box."""
    return {
        "kind": str(records.kind("training").pk),
        "held_on": "20231017",
        "title": "学习培训",
        "attendance": "18",
        "elders": "5",
        "youth": "40",
        "total": "63",
        "place": "会议室",
        "chair": "沈玉梅",
        "speakers": "赵永年",
        "minutes": "学习了文件，讨论了今年的安排。",
        "decisions": "月底前交方案",
    } | changes


@pytest.fixture
def sheet(city: World) -> PaperForm:
    return papers.print_blank(city.school, by=city.school_secretary)


def typed(client: Client, sheet: PaperForm, **changes: str) -> Any:
    return client.post(reverse("activities:typed_back", args=[sheet.pk]), boxes(**changes))


# --- what is printed -----------------------------------------------------------------------------


def test_every_print_carries_its_code_as_text(
    client: Client, city: World, sheet: PaperForm
) -> None:
    record = records.submitted(city.school, by=city.school_secretary)
    client.force_login(city.school_secretary)
    prints = [
        ("record_pdf", record), ("sign_in_sheet", record), ("minutes_pdf", record),
        ("paper_form", sheet),
    ]  # fmt: skip

    for name, it in prints:
        content = client.get(reverse(f"activities:{name}", args=[it.pk])).content
        assert documents.code_of(it).digits in text_of(content), name


def test_the_code_on_the_printed_sheet_can_be_photographed(city: World) -> None:
    """The vector code as it leaves the printer, not one made for the test."""
    record = records.submitted(city.school, by=city.school_secretary)
    page = pypdfium2.PdfDocument(documents.sign_in_pdf(record, [], site=SITE))[0]
    picture = page.render(scale=150 / 72).to_pil().convert("L")

    found = codes.qr_in(jpeg(leaning(picture)))

    assert found == [f"{SITE}{documents.code_of(record).path}"]


@pytest.mark.parametrize(("people", "pages"), [(0, 1), (18, 1), (19, 2), (43, 3)])
def test_a_sign_in_sheet_has_twenty_rows_a_page_and_room_for_guests(
    city: World, people: int, pages: int
) -> None:
    import pdfplumber

    record = records.draft(city.school, by=city.school_secretary)
    content = documents.sign_in_pdf(record, [f"某某{at}" for at in range(people)], site=SITE)

    with pdfplumber.open(io.BytesIO(content)) as sheet:
        assert len(sheet.pages) == pages
        tables = [page.find_tables() for page in sheet.pages]
    for (table,) in tables:
        heights = [row.bbox[3] - row.bbox[1] for row in table.rows[1:]]
        assert len(heights) == documents.ROWS_A_SHEET
        assert min(heights) * 25.4 / 72 >= 10.99


def test_a_form_to_write_on_fits_one_page_and_numbers_its_boxes(sheet: PaperForm, client, city):
    client.force_login(city.school_secretary)
    content = client.get(reverse("activities:paper_form", args=[sheet.pk])).content

    assert len(PdfReader(io.BytesIO(content)).pages) == 1
    text = text_of(content)
    for name, label, *_ in SHEET_ORDER:
        assert re.sub(r"\s", "", f"{NUMBERS[name]}{label}") in text


def test_the_lecture_slip_carries_the_code_of_the_lecture(client: Client, city: World) -> None:
    lecture = lectures.confirmed(lectures.ordered(city.school), lectures.mentor(city.school))
    client.force_login(city.bureau_staff)

    slip = client.get(reverse("activities:lecture_slip", args=[lecture.pk])).content

    code = documents.code_of(lecture)
    assert code.digits in text_of(slip)
    picture = pypdfium2.PdfDocument(slip)[0].render(scale=150 / 72).to_pil().convert("L")
    assert codes.qr_in(jpeg(leaning(picture))) == [f"{SITE}{code.path}"]
    leads = client.get(code.path)
    assert leads.headers["Location"] == reverse("activities:lecture_feedback", args=[lecture.pk])


# --- typed back ----------------------------------------------------------------------------------


def test_the_screen_keeps_the_printed_order(city: World) -> None:
    form = TypedBackForm(unit=city.school, on=calendar.today(), own=[])

    assert list(form.fields) == [name for name, *_ in SHEET_ORDER]
    assert form["kind"].label == "1. 活动类型"
    assert [str(field.label).split(".")[0] for field in form] == [
        str(at) for at in range(1, len(SHEET_ORDER) + 1)
    ]


def test_from_paper_and_from_the_screen_it_is_the_same_record_field_by_field(
    client: Client, city: World, sheet: PaperForm
) -> None:
    client.force_login(city.school_secretary)
    answer = typed(client, sheet)
    from_paper = Activity.objects.get()
    assert answer.headers["Location"] == reverse("activities:check", args=[from_paper.pk])

    on_screen = boxes() | {"unit": str(city.school.pk), "held_on": "2023-10-17", "action": "check"}
    client.post(reverse("activities:new"), on_screen)
    from_screen = Activity.objects.exclude(pk=from_paper.pk).get()

    names = [*REQUIRED, *OPTIONAL, "unit_id", "office_id", "city_id", "state", "source"]
    assert {n: getattr(from_paper, n) for n in names} == {n: getattr(from_screen, n) for n in names}


def test_the_same_sheet_typed_twice_is_one_record(
    client: Client, city: World, sheet: PaperForm
) -> None:
    client.force_login(city.school_secretary)
    typed(client, sheet)
    again = client.get(reverse("activities:typed_back", args=[sheet.pk]))
    typed(client, sheet)

    record = Activity.objects.get()
    assert "这张表已经录过一次" in again.text
    sheet.refresh_from_db()
    assert sheet.activity == record

    corrected = typed(client, sheet, title="学习培训会", version=str(record.version))
    record.refresh_from_db()
    assert record.title == "学习培训会"
    assert corrected.headers["Location"] == reverse("activities:check", args=[record.pk])


def test_two_typists_of_one_sheet_who_read_it_differently_lose_nothing(
    client: Client, city: World, sheet: PaperForm
) -> None:
    client.force_login(city.school_secretary)
    typed(client, sheet)
    both = typed(client, sheet, title="别的读法", attendance="8", total="53")  # opened before

    record = Activity.objects.get()
    assert (record.title, record.attendance) == ("学习培训", 18)
    assert both.status_code == 409
    for words in ("这张表刚才有人改过", "学习培训", "别的读法", "18 人", "8 人"):
        assert words in both.text
    chosen = dict(both.context["answers"]) | {"version": str(both.context["activity"].version)}
    client.post(both.context["save_url"], chosen)
    record.refresh_from_db()
    assert (record.title, record.attendance) == ("别的读法", 8)


def test_the_boxes_of_the_kind_itself_are_printed_and_typed_back(
    client: Client, city: World
) -> None:
    hours = KindField.objects.get(kind__slug="training", label="培训学时")
    client.force_login(city.school_secretary)
    fields = {"unit": city.school.pk, "kind": hours.kind_id}
    printed = client.post(reverse("activities:paper_new"), fields)
    content = client.get(printed.headers["Location"]).content
    sheet = PaperForm.objects.get()
    KindField.objects.create(kind=hours.kind, label="后来才问的", field_type="text")

    assert len(PdfReader(io.BytesIO(content)).pages) == 1
    assert "15培训学时" in text_of(content)
    screen = client.get(reverse("activities:typed_back", args=[sheet.pk])).text
    assert "15. 培训学时" in screen
    assert "后来才问的" not in screen
    typed(client, sheet, **{f"extra-{hours.pk}": "６"})
    record = Activity.objects.get()
    assert record.extra == {hours.key: 6}
    again = client.get(reverse("activities:typed_back", args=[sheet.pk]))
    assert again.context["form"][f"extra-{hours.pk}"].value() == 6

    record_sheet = client.get(reverse("activities:record_pdf", args=[record.pk])).content
    assert "培训学时6" in text_of(record_sheet)


@pytest.mark.parametrize("slug", sorted(STANDARD_FIELDS))
def test_the_form_of_every_standard_kind_fits_one_page(
    client: Client, city: World, slug: str
) -> None:
    sheet = papers.print_blank(city.school, kind=records.kind(slug), by=city.school_secretary)
    client.force_login(city.school_secretary)

    content = client.get(reverse("activities:paper_form", args=[sheet.pk])).content

    assert len(PdfReader(io.BytesIO(content)).pages) == 1
    assert all(label in text_of(content) for label, *_ in STANDARD_FIELDS[slug])


def test_a_sheet_whose_record_was_handed_in_leads_to_it(
    client: Client, city: World, sheet: PaperForm
) -> None:
    client.force_login(city.school_secretary)
    typed(client, sheet)
    record = Activity.objects.get()
    client.post(reverse("activities:check", args=[record.pk]))

    answer = typed(client, sheet, title="改一改")

    assert answer.headers["Location"] == reverse("activities:activity", args=[record.pk])
    record.refresh_from_db()
    assert record.title == "学习培训"


def test_a_wrong_total_blocks_and_names_the_row(
    client: Client, city: World, sheet: PaperForm
) -> None:
    client.force_login(city.school_secretary)

    page = typed(client, sheet, attendance="81")

    assert page.status_code == 422
    assert "合计写的是 63，对不上" in page.text
    assert "第 4 格：多半是这一格输错了" in page.text
    assert "第 5 格" not in page.context["form"].errors.as_text()
    assert 'value="81"' in page.text
    assert not Activity.objects.exists()


def test_without_a_total_nothing_is_taken(client: Client, city: World, sheet: PaperForm) -> None:
    client.force_login(city.school_secretary)

    page = typed(client, sheet, total="")

    assert "把第 4、5、6 格加起来填在这里" in page.text
    assert not Activity.objects.exists()


def test_a_draft_prints_with_what_is_written_and_comes_back_into_itself(
    client: Client, city: World
) -> None:
    draft = records.draft(city.school, by=city.school_secretary, title="半截的会", minutes="")
    client.force_login(city.school_secretary)
    answer = client.post(reverse("activities:paper_of", args=[draft.pk]))
    again = client.post(reverse("activities:paper_of", args=[draft.pk]))
    assert answer.headers["Location"] == again.headers["Location"]
    sheet = PaperForm.objects.get()

    assert "半截的会" in text_of(client.get(answer.headers["Location"]).content)
    typed(client, sheet, title="半截的会", version=str(draft.version))

    assert Activity.objects.get().minutes == "学习了文件，讨论了今年的安排。"


# --- codes and photographs -----------------------------------------------------------------------


def test_a_typed_code_leads_to_its_sheet_and_a_wrong_digit_nowhere(
    client: Client, city: World, sheet: PaperForm
) -> None:
    client.force_login(city.school_secretary)
    code = documents.code_of(sheet)
    wrong = code.digits[:-1] + str((int(code.digits[-1]) + 1) % 10)
    desk = reverse("activities:paper")

    good = client.post(desk, {"code": str(code)})
    bad = client.post(desk, {"code": wrong})

    assert good.headers["Location"] == code.path
    assert client.get(code.path).headers["Location"] == reverse(
        "activities:typed_back", args=[sheet.pk]
    )
    assert bad.status_code == 422
    assert "编号里有一位不对" in bad.text
    assert client.get(f"/c/{wrong}/").status_code == 404


def test_the_code_of_somebody_elses_sheet_is_not_there(client: Client, city: World, sheet) -> None:
    client.force_login(city.other_school_secretary)

    assert client.get(documents.code_of(sheet).path).status_code == 404
    assert client.get(reverse("activities:paper_form", args=[sheet.pk])).status_code == 404


def upload(record: Activity) -> SimpleUploadedFile:
    address = f"https://portal.example{documents.code_of(record).path}"
    return SimpleUploadedFile("IMG_1.jpg", jpeg(leaning(sheet_of_paper(address))), "image/jpeg")


def test_a_photographed_sheet_finds_its_record_and_waits_for_a_word(
    client: Client, city: World
) -> None:
    record = records.submitted(city.school, by=city.school_secretary)
    client.force_login(city.school_secretary)

    page = client.post(reverse("activities:paper_photos"), {"file": upload(record)})
    assert page.context["found"][0]["record"] == record
    assert not record.files.exists()
    photo = page.context["found"][0]["photo"]
    assert client.get(reverse("activities:paper_photo"), {"photo": photo}).status_code == 200

    word = {"photo": photo, "code": page.context["found"][0]["code"]}
    client.post(reverse("activities:paper_attach"), word)
    client.post(reverse("activities:paper_attach"), word)

    attached = record.files.get()
    assert (attached.role, attached.added_by) == (FileRole.SHEET, city.school_secretary)


def test_a_photo_of_somebody_elses_sheet_finds_nothing(client: Client, city: World) -> None:
    record = records.submitted(city.school, by=city.school_secretary)
    client.force_login(city.other_school_secretary)

    page = client.post(reverse("activities:paper_photos"), {"file": upload(record)})

    assert page.context["found"][0]["record"] is None
    assert record.title not in page.text
    word = {"photo": page.context["found"][0]["photo"], "code": page.context["found"][0]["code"]}
    assert client.post(reverse("activities:paper_attach"), word).status_code == 404
    client.force_login(city.school_secretary)  # a photo belongs to whoever chose it
    assert client.post(reverse("activities:paper_attach"), word).status_code == 404


def test_what_is_no_photo_is_refused_in_words(client: Client, city: World) -> None:
    client.force_login(city.school_secretary)
    wrong = SimpleUploadedFile("名单.jpg", b"not a picture")

    page = client.post(reverse("activities:paper_photos"), {"file": wrong})

    assert page.status_code == 422
    assert "打不开，不像是照片" in page.text


def test_people_of_the_unit_stand_printed_on_the_sheet(client: Client, city: World) -> None:
    Person.objects.create(unit=city.school, name="丁文华")
    record = records.draft(city.school, by=city.school_secretary)
    client.force_login(city.school_secretary)

    sheet = client.get(reverse("activities:sign_in_sheet", args=[record.pk])).content

    assert "丁文华" in text_of(sheet)
