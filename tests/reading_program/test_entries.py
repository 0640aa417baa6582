"""Entries from the school's draft to the city's desk."""

import struct
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.kernel import calendar
from portal.kernel.errors import BadFile, Refused
from portal.kernel.films import seconds_of
from portal.kernel.models import Notice
from portal.kernel.sheets import read_workbook
from reading_program.choices import EntryState, FileRole
from reading_program.models import Edition, Entry, Quota
from reading_program.rules import count_characters
from reading_program.services import entries as services
from reading_program.services import quotas
from tests.factories import reading_entries as entries
from tests.personas import World

pytestmark = pytest.mark.django_db


def film(seconds: int) -> bytes:
    """The two boxes of an MP4 that say what it is and how long it runs."""
    header = struct.pack(">IIIII", 0, 0, 0, 1000, seconds * 1000)
    mvhd = struct.pack(">I4s", 8 + len(header), b"mvhd") + header
    return (
        struct.pack(">I4s4s", 12, b"ftyp", b"isom")
        + struct.pack(">I4s", 8 + len(mvhd), b"moov")
        + mvhd
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [("我爱读书。", 5), ("读 Harry Potter，真好", 6), ("", 0), ("“好”……", 5), ("2023年\n3月", 4)],
)
def test_characters_are_counted_as_word_counts_them(text: str, count: int) -> None:
    assert count_characters(text) == count


def test_a_school_sends_in_its_order_and_who_withdraws_makes_room(city: World) -> None:
    edition = entries.running_edition(city.bureau)
    track, by = entries.track(edition), city.school_secretary
    quotas.give(track, unit=city.school, places=2, by=city.office_secretary)
    made = [entries.draft(edition, city.school, name=name) for name in "甲乙丙丁"]
    order = [made[2].pk, made[0].pk, made[3].pk, made[1].pk]
    services.rank(track, unit=city.school, order=order, by=by)
    assert services.send(track, unit=city.school, by=by) == (2, 2)
    states = dict(Entry.objects.values_list("nominee_name", "state"))
    assert states == {"甲": "submitted", "乙": "reserve", "丙": "submitted", "丁": "reserve"}
    first = Entry.objects.get(nominee_name="丙")
    assert services.withdraw(first, note="", by=by) == Entry.objects.get(nominee_name="丁")
    quotas.give(track, unit=city.school, places=3, by=city.office_secretary)
    assert Entry.objects.get(nominee_name="乙").state == "submitted"
    assert sorted(Entry.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_the_office_returns_with_a_reason_and_forwards_and_the_place_is_kept(city: World) -> None:
    edition = entries.running_edition(city.bureau)
    track = entries.track(edition)
    quotas.give(track, unit=city.school, places=1, by=city.office_secretary)
    entry = entries.draft(edition, city.school)
    services.send(track, unit=city.school, by=city.school_secretary)
    entry.refresh_from_db()
    services.send_back(entry, note="题目有错字", by=city.office_secretary)
    entries.draft(edition, city.school, name="别人")
    assert services.send(track, unit=city.school, by=city.school_secretary) == (0, 1)
    services.correct(entry, by=city.school_secretary)
    services.forward(entry, by=city.office_secretary)
    entry.refresh_from_db()
    assert (entry.state, entry.return_reason) == ("city", "")


def test_after_the_last_day_a_sentence_names_it(city: World) -> None:
    edition = entries.running_edition(city.bureau)
    entries.draft(edition, city.school)
    yesterday = calendar.today() - timedelta(days=1)
    edition.stages.filter(closes="school").update(
        starts_on=yesterday - timedelta(days=9), ends_on=yesterday
    )
    with pytest.raises(Refused, match="截止"):
        services.send(entries.track(edition), unit=city.school, by=city.school_secretary)


def test_what_is_not_whole_is_not_sent_and_the_sentence_says_what_to_add(city: World) -> None:
    edition = entries.running_edition(city.bureau)
    entries.draft(edition, city.school, body="短", characters=1, grade=2, pledge=False)
    with pytest.raises(Refused, match=r"至少要 400 字.*二年级不在小学高段.*原创承诺"):
        services.send(entries.track(edition), unit=city.school, by=city.school_secretary)


def test_unused_places_go_back_and_to_another_school(city: World) -> None:
    edition = entries.running_edition(city.bureau)
    track = entries.track(edition)
    quotas.give(track, unit=city.office, places=4, by=city.bureau_staff)
    for school in city.schools[:2]:
        quotas.give(track, unit=school, places=2, by=city.office_secretary)
    with pytest.raises(Refused, match="超过了上一级"):
        quotas.give(track, unit=city.schools[1], places=3, by=city.office_secretary)
    mine = Quota.objects.get(unit=city.school)
    quotas.hand_back(mine, count=1, by=city.school_secretary)
    quotas.give(track, unit=city.schools[1], places=3, by=city.office_secretary)


def test_a_film_too_long_or_none_at_all_is_refused_by_its_header(city: World) -> None:
    assert seconds_of(film(90)) == 90
    edition = entries.running_edition(city.bureau)
    facts = {"nominee_name": "沈小禾", "group": entries.group(edition), "grade": 5, "pledge": True}

    def save(content: bytes) -> Entry:
        upload = SimpleUploadedFile("朗诵.mp4", content)
        return services.save_entry(
            entries.track(edition, "recitation"),
            unit=city.school,
            facts=facts | {"consent": True},
            advisers=[],
            uploads=[(FileRole.WORK, upload)],
            by=None,
        )

    assert services.lacks(save(film(400))) == ["视频有 6.7 分钟，最长 5 分钟，请剪短"]
    assert services.lacks(save(film(200))) == []
    with pytest.raises(BadFile, match="读不出时长"):
        save(film(90)[:30])


# --- pages --------------------------------------------------------------------------------------


def typed(edition: Edition, **facts: Any) -> dict[str, Any]:
    return {
        "version": 0, "nominee_name": "沈小禾", "title": "一本书，一盏灯", "grade": 5,
        "group": entries.group(edition).pk, "class_name": "2班", "advisers": "林老师",
        "body": entries.ESSAY, "pledge": "on", "consent": "on",
    } | facts  # fmt: skip


def test_a_school_writes_one_and_the_second_of_a_child_is_refused(
    city: World, client: Client
) -> None:
    edition = entries.running_edition(city.bureau)
    client.force_login(city.school_secretary)
    url = reverse("reading_program:entry_new", args=[edition.pk, "essay"])
    assert client.post(url, typed(edition)).status_code == 302
    entry = Entry.objects.get()
    assert entry.characters > 400
    assert [each.name for each in entry.advisers.all()] == ["林老师"]
    again = client.post(url, typed(edition, title="另一篇"))
    assert again.status_code == 422
    assert "每人（每班）只收一件" in again.content.decode()
    assert "另一篇" in again.content.decode()
    edit = reverse("reading_program:entry_edit", args=[entry.pk])
    assert client.post(edit, typed(edition, version=1, title="改过")).status_code == 302
    stale = client.post(edit, typed(edition, version=1, title="晚了"))
    assert stale.status_code == 422
    assert Entry.objects.get().title == "改过"


def test_the_lists_of_others_hold_no_draft_and_no_foreign_childs_name(
    city: World, client: Client
) -> None:
    edition = entries.running_edition(city.bureau)
    entry = entries.draft(edition, city.school, name="沈小禾")
    url = reverse("reading_program:entries", args=[edition.pk])
    for who, sees in [
        (city.school_secretary, True), (city.office_secretary, True),
        (city.bureau_staff, False), (city.other_school_secretary, False),
    ]:  # fmt: skip
        client.force_login(who)
        assert ("沈小禾" in client.get(url).content.decode()) is sees
    services.send(entries.track(edition), unit=city.school, by=city.school_secretary)
    client.force_login(city.bureau_staff)
    assert "沈小禾" in client.get(url).content.decode()
    assert client.get(reverse("reading_program:entry", args=[entry.pk])).status_code == 200


@pytest.mark.parametrize("page", ["entries", "entry_board"])
def test_a_list_asks_the_same_number_of_questions_however_long(
    city: World, client: Client, page: str, django_assert_max_num_queries: Any
) -> None:
    edition = entries.running_edition(city.bureau)
    for n in range(12):
        entries.draft(edition, city.schools[n % 3], name=f"生{n}")
    client.force_login(city.office_secretary)
    with django_assert_max_num_queries(26):
        client.get(reverse(f"reading_program:{page}", args=[edition.pk]))


def test_the_summary_sheet_holds_what_was_sent_and_its_reading_is_kept(
    city: World, client: Client
) -> None:
    edition = entries.running_edition(city.bureau)
    entries.draft(edition, city.school)
    services.send(entries.track(edition), unit=city.school, by=city.school_secretary)
    entries.draft(edition, city.school, name="没报的")
    client.force_login(city.school_secretary)
    answer = client.get(reverse("reading_program:summary_xlsx", args=[edition.pk]))
    rows = read_workbook(b"".join(answer) if answer.streaming else answer.content)[0].rows
    assert [row.cells[5] for row in rows[1:]] == ["沈小禾"]
    paper = client.get(reverse("reading_program:summary_pdf", args=[edition.pk]))
    assert paper.content.startswith(b"%PDF-")


def test_every_track_has_its_own_form_that_opens(city: World, client: Client) -> None:
    edition = entries.running_edition(city.bureau)
    client.force_login(city.school_secretary)
    for track in edition.tracks.all():
        url = reverse("reading_program:entry_new", args=[edition.pk, track.code])
        assert track.name in client.get(url).content.decode()


def test_an_entry_not_recommended_says_why_and_gives_its_place_to_the_next(
    city: World, client: Client
) -> None:
    edition = entries.running_edition(city.bureau)
    track = entries.track(edition)
    Quota.objects.create(edition=edition, track=track, unit=city.school, places=1)
    first = entries.draft(edition, city.school, name="沈小禾", rank=1)
    second = entries.draft(edition, city.school, name="许知远", rank=2)
    services.send(track, unit=city.school, by=city.school_secretary)
    client.force_login(city.office_secretary)
    url = f"/reading/entries/{first.pk}/decline/"

    assert "写一句原因" in client.post(url, {"note": ""}).content.decode()
    assert client.post(url, {"note": "和主题不合"}).status_code == 302

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.return_reason) == (EntryState.DECLINED, "和主题不合")
    assert second.state == EntryState.SUBMITTED
    told = [each.text for each in Notice.objects.filter(user=city.school_secretary)]
    assert any("没有推荐到市里：和主题不合" in text for text in told)
    assert any("递补上了" in text for text in told)
    assert not any("沈小禾" in text or "许知远" in text for text in told)


def test_after_the_offices_last_day_nothing_moves_up(city: World) -> None:
    edition = entries.running_edition(city.bureau)
    track = entries.track(edition)
    Quota.objects.create(edition=edition, track=track, unit=city.school, places=1)
    first = entries.draft(edition, city.school, name="沈小禾", rank=1)
    entries.draft(edition, city.school, name="许知远", rank=2)
    services.send(track, unit=city.school, by=city.school_secretary)
    day = calendar.today() - timedelta(days=1)
    edition.stages.filter(closes="office").update(starts_on=day, ends_on=day)
    first.refresh_from_db()

    assert services.withdraw(first, note="", by=city.school_secretary) is None
    assert Entry.objects.filter(state=EntryState.RESERVE).count() == 1
