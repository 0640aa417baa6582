"""Writing a record: nothing typed is lost, and one look before it leaves the house."""

import io
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from activities.choices import ActivityState
from activities.models import Activity
from activities.services import activities as services
from tests.factories import activities as records
from tests.personas import World

SCRIPT = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}


def answers(city: World, **changes: str) -> dict[str, str]:
    return {
        "unit": str(city.school.pk),
        "kind": str(records.kind("training").pk),
        "held_on": "2023-10-17",
        "title": "学习培训",
        "attendance": "18人",
        "minutes": "学习了文件，讨论了今年的安排。",
        "action": "check",
    } | changes


def photo(name: str = "现场.jpg") -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "#a31a1e").save(buffer, "JPEG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/jpeg")


def test_the_empty_form_asks_five_things_and_stores_nothing(client: Client, city: World) -> None:
    client.force_login(city.school_secretary)

    page = client.get(reverse("activities:new"))

    required = [name for name, field in page.context["form"].fields.items() if field.required]
    assert required == ["kind", "held_on", "title", "attendance", "minutes"]
    assert not Activity.objects.exists()


def test_a_task_that_led_here_has_chosen_the_kind(client: Client, city: World) -> None:
    kind = records.kind("training")
    client.force_login(city.school_secretary)

    page = client.get(reverse("activities:new"), {"kind": kind.pk})

    assert page.context["form"]["kind"].value() == str(kind.pk)
    assert page.text.count(" checked") == 1


def test_five_answers_a_look_and_it_is_handed_in(client: Client, city: World) -> None:
    client.force_login(city.school_secretary)

    written = client.post(reverse("activities:new"), answers(city), follow=True)
    record = Activity.objects.get()
    assert written.redirect_chain == [(reverse("activities:check", args=[record.pk]), 302)]
    assert "交给云山教办审核" in written.text
    assert record.state == ActivityState.DRAFT

    done = client.post(reverse("activities:check", args=[record.pk]), follow=True)

    record.refresh_from_db()
    assert record.state == ActivityState.SUBMITTED
    assert record.number in done.text
    assert "待审核。专题学习培训记录通过后计入" in done.text


def test_what_is_missing_is_said_at_its_place_and_nothing_typed_is_lost(
    client: Client, city: World
) -> None:
    client.force_login(city.school_secretary)

    page = client.post(reverse("activities:new"), answers(city, attendance="", kind=""))

    assert page.status_code == 422
    assert "还有 2 处要补一下" in page.text
    assert page.text.count("填写到场人数，数一数签到表上的名字就行") == 2
    kept = Activity.objects.get()
    assert (kept.title, kept.held_on, kept.attendance) == ("学习培训", date(2023, 10, 17), None)


def test_an_answer_that_cannot_be_read_stays_in_the_page(client: Client, city: World) -> None:
    client.force_login(city.school_secretary)

    page = client.post(reverse("activities:new"), answers(city, held_on="前天"))

    assert page.status_code == 422
    assert 'value="前天"' in page.text
    assert "看不懂“前天”" in page.text


def test_a_draft_is_kept_with_the_first_word(client: Client, city: World) -> None:
    client.force_login(city.school_secretary)

    first = client.post(
        reverse("activities:autosave"), {"unit": city.school.pk, "title": "推"}, **SCRIPT
    ).json()
    second = client.post(
        first["autosave_url"], {"title": "推进会", "version": first["version"]}, **SCRIPT
    ).json()

    kept = Activity.objects.get()
    assert kept.title == "推进会"
    assert second["version"] == first["version"] + 1
    assert second["edit_url"] == reverse("activities:edit", args=[kept.pk])


def test_wiping_an_answer_out_wipes_it_out_of_the_draft(client: Client, city: World) -> None:
    record = records.draft(city.school, by=city.school_secretary)
    client.force_login(city.school_secretary)

    client.post(
        reverse("activities:autosave", args=[record.pk]),
        answers(city, version=str(record.version), attendance="", minutes="", title="新题"),
        **SCRIPT,
    )

    record.refresh_from_db()
    assert (record.attendance, record.minutes, record.title) == (None, "", "新题")


def test_autosave_names_what_it_could_not_keep(client: Client, city: World) -> None:
    record = records.draft(city.school, by=city.school_secretary)
    client.force_login(city.school_secretary)

    saved = client.post(
        reverse("activities:autosave", args=[record.pk]),
        answers(city, version=str(record.version), attendance="十八"),
        **SCRIPT,
    ).json()

    assert saved["unsaved"] == "4. 到场多少人？"


def test_two_people_at_one_draft_lose_nothing(client: Client, city: World) -> None:
    record = records.draft(city.school, by=city.school_secretary)
    opened = str(record.version)
    services.save_draft(
        record, fields={"title": "别人写的"}, version=record.version, by=city.party_contact
    )
    client.force_login(city.school_secretary)
    edit = reverse("activities:edit", args=[record.pk])

    by_script = client.post(
        reverse("activities:autosave", args=[record.pk]),
        answers(city, version=opened),
        **SCRIPT,
    )
    page = client.post(edit, answers(city, version=opened, title="我写的"))

    assert by_script.status_code == page.status_code == 409
    assert "别人写的" in page.text
    assert "我写的" in page.text
    record.refresh_from_db()
    assert record.title == "别人写的"

    mine = dict(page.context["answers"]) | {"version": str(record.version), "action": "check"}
    client.post(edit, mine)
    record.refresh_from_db()
    assert record.title == "我写的"


def test_a_photo_goes_up_alone_and_comes_back_as_a_card(client: Client, city: World) -> None:
    record = records.draft(city.school, by=city.school_secretary)
    client.force_login(city.school_secretary)
    url = reverse("activities:add_file", args=[record.pk])

    card = client.post(url, {"file": photo()}, **SCRIPT)
    attached = record.files.get()
    shown = client.get(reverse("activities:file", args=[attached.pk]))

    assert card.status_code == 201
    assert "✓ 已传好" in card.text
    small = client.get(reverse("activities:small", args=[attached.pk]))
    assert small.getvalue()[:2] == b"\xff\xd8"
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.getvalue()[:2] == b"\xff\xd8"
    assert (
        client.post(reverse("activities:remove_file", args=[attached.pk]), **SCRIPT).status_code
        == 204
    )
    assert not record.files.exists()


def test_a_wrong_file_is_refused_in_words_and_changes_nothing(client: Client, city: World) -> None:
    record = records.draft(city.school, by=city.school_secretary)
    client.force_login(city.school_secretary)
    url = reverse("activities:add_file", args=[record.pk])
    wrong = SimpleUploadedFile("名单.xls", b"not a workbook")

    by_script = client.post(url, {"file": wrong}, **SCRIPT)
    wrong.seek(0)
    page = client.post(url, {"file": wrong}, follow=True)

    assert by_script.status_code == 422
    assert "“名单.xls”不能上传" in by_script.json()["sentence"]
    assert "“名单.xls”不能上传" in page.text
    assert not record.files.exists()


def test_without_scripts_a_photo_brings_the_words_along(client: Client, city: World) -> None:
    client.force_login(city.school_secretary)

    page = client.post(
        reverse("activities:add_file"),
        answers(city, title="带照片的") | {"file": photo()},
        follow=True,
    )
    record = Activity.objects.get()
    client.post(
        reverse("activities:add_file", args=[record.pk]),
        answers(city, title="改过的", version=str(record.version)) | {"file": photo("二.jpg")},
    )

    record.refresh_from_db()
    assert page.request["PATH_INFO"] == reverse("activities:edit", args=[record.pk])
    assert record.title == "改过的"
    assert record.files.count() == 1  # the same picture twice is one


def test_an_office_enters_for_a_school_without_a_computer(client: Client, city: World) -> None:
    client.force_login(city.office_secretary)

    offered = client.get(reverse("activities:new")).context["choose_unit"].fields["unit"].queryset
    client.post(reverse("activities:new"), answers(city))

    assert set(offered) == {city.office, *city.schools[:3], city.kindergarten}
    assert Activity.objects.get().unit == city.school


def test_nobody_writes_for_a_unit_that_is_not_theirs(client: Client, city: World) -> None:
    client.force_login(city.school_secretary)

    foreign = client.post(reverse("activities:new"), answers(city, unit=str(city.other_school.pk)))

    assert foreign.status_code == 404
    assert not Activity.objects.exists()


def test_a_leader_reads_and_does_not_write(client: Client, city: World) -> None:
    client.force_login(city.bureau_leader)

    assert client.get(reverse("activities:new")).status_code == 403


def test_a_record_that_left_the_house_says_how_to_get_it_back(client: Client, city: World) -> None:
    record = records.submitted(city.school, by=city.school_secretary)
    client.force_login(city.school_secretary)
    edit = reverse("activities:edit", args=[record.pk])

    refused = client.get(edit)
    back = client.post(reverse("activities:withdraw", args=[record.pk]))

    assert refused.status_code == 403
    assert "这条记录已经交给云山教办，要改的话先撤回" in refused.text
    assert back.headers["Location"] == edit
    assert client.get(edit).status_code == 200


def test_a_returned_record_opens_at_what_was_asked_for(client: Client, city: World) -> None:
    record = records.returned(
        city.school, by=city.school_secretary, reviewer=city.office_secretary,
        note="请核对到场人数；写上主讲人",
    )  # fmt: skip
    client.force_login(city.school_secretary)

    page = client.get(reverse("activities:edit", args=[record.pk]))

    assert page.context["flags"] == [("请核对到场人数", "attendance"), ("写上主讲人", "")]
    assert 'href="#div_id_attendance"' in page.text


def test_a_draft_can_be_thrown_away_and_a_handed_in_one_cannot(client: Client, city: World) -> None:
    draft = records.draft(city.school, by=city.school_secretary)
    back = records.returned(city.school, by=city.school_secretary, reviewer=city.office_secretary)
    client.force_login(city.school_secretary)

    client.post(reverse("activities:discard", args=[draft.pk]))
    refused = client.post(reverse("activities:discard", args=[back.pk]))

    assert list(Activity.objects.all()) == [back]
    assert refused.status_code == 409
    assert "已经交过的记录不能删除" in refused.text


def test_an_unfinished_draft_is_led_back_to_what_is_missing(client: Client, city: World) -> None:
    draft = records.draft(city.school, by=city.school_secretary, attendance=None)
    client.force_login(city.school_secretary)

    page = client.get(reverse("activities:check", args=[draft.pk]), follow=True)

    assert page.request["PATH_INFO"] == reverse("activities:edit", args=[draft.pk])
    assert "还有 1 处要补一下" in page.text


def test_the_box_beside_the_form_says_where_it_would_count(client: Client, city: World) -> None:
    client.force_login(city.school_secretary)
    given: dict[str, Any] = {"unit": city.school.pk, "held_on": "2023-10-17"}

    counts = client.get(
        reverse("activities:prospects"), given | {"kind": records.kind("training").pk}
    )
    nothing = client.get(reverse("activities:prospects"), given)

    assert "“三个一”· 学习培训" in counts.text
    assert "选好类型" in nothing.text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_form_costs_the_same_however_many_photos(
    client: Client,
    city: World,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    record = records.draft(city.school, by=city.school_secretary)
    for number in range(rows):
        picture = photo(f"{number}.jpg")
        buffer = io.BytesIO()
        Image.new("RGB", (40, 30 + number)).save(buffer, "JPEG")
        picture.file = io.BytesIO(buffer.getvalue())
        services.add_file(record, upload=picture, by=city.school_secretary)
    client.force_login(city.school_secretary)

    with django_assert_num_queries(15):
        page = client.get(reverse("activities:edit", args=[record.pk]))

    assert page.text.count("✓ 已传好") == rows
