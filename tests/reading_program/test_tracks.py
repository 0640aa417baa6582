"""评选项目 as data: edited in a draft, looked at first, carried to the next edition as a copy."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.kernel.errors import Refused
from reading_program.choices import ScoreRule
from reading_program.models import AwardLevel, Edition
from reading_program.services import editions, judging, tracks
from tests.factories import reading_entries as entries
from tests.factories import reading_program as reading
from tests.personas import World

HALVES = [("立意", Decimal(50)), ("文采", Decimal(50))]
ESSAY: dict[str, Any] = {
    "version": 1, "name": "征文", "rules": "一人一篇", "min_characters": 600,
    "max_characters": 1000, "max_mb": 10, "most_advisers": 1, "formats": ["docx"],
    "needs_consent": "on", "one_per_person": "on", "format_note": "",
    "name_0": "立意", "most_0": "50", "name_1": "文采", "most_1": "50",
}  # fmt: skip
BOOK = {"own_label_0": "读的是哪本书", "own_needed_0": "on", "own_most_0": "40"}


def rules_url(edition: Edition) -> str:
    return reverse("reading_program:track_rules", args=[edition.pk, "essay"])


def test_a_question_and_the_criteria_are_looked_at_first_and_then_asked_of_schools(
    city: World, client: Client
) -> None:
    edition = reading.prepared_edition(city.bureau)
    client.force_login(city.bureau_staff)
    seen = client.post(rules_url(edition), ESSAY | BOOK | {"preview": "1"}).content.decode()
    assert "学校填报的样子" in seen
    assert "立意 50 分、文采 50 分" in seen
    assert entries.track(edition).version == 1, "looking stores nothing"

    assert client.post(rules_url(edition), ESSAY | BOOK).status_code == 302
    (own,) = entries.track(edition).limit.fields
    assert (own.label, own.needed, own.most) == ("读的是哪本书", True, 40)
    editions.publish_edition(edition, by=None)
    client.force_login(city.school_secretary)
    form = client.get(reverse("reading_program:entry_new", args=[edition.pk, "essay"]))
    assert "读的是哪本书" in form.content.decode()


def test_a_question_keeps_its_key_when_it_is_worded_anew(city: World, client: Client) -> None:
    edition = reading.prepared_edition(city.bureau)
    client.force_login(city.bureau_staff)
    client.post(rules_url(edition), ESSAY | BOOK | {"own_label_1": "为什么读它"})
    first = entries.track(edition).limit.fields
    again = {
        "version": 2,
        "own_label_0": "书名",
        "own_label_1": "为什么读它",
        "own_label_2": "感想",
    }
    client.post(rules_url(edition), ESSAY | again)
    after = entries.track(edition).limit.fields
    assert [each.label for each in after] == ["书名", "为什么读它", "感想"]
    assert [each.name for each in after[:2]] == [each.name for each in first]
    assert len({each.name for each in after}) == 3


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"most_1": "40"}, "各项加起来是 90 分"),
        ({"name_1": ""}, "写上这一项的名称"),
        ({"own_label_0": "书名", "own_label_1": "书名"}, "上面已经问过同样的问题"),
        ({"own_label_0": "书名", "own_most_0": "5000"}, "写 1 到 1000 的数"),
        ({"min_characters": "2000"}, "核对一下"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_kept(
    city: World, client: Client, wrong: dict[str, str], said: str
) -> None:
    edition = reading.prepared_edition(city.bureau)
    client.force_login(city.bureau_staff)
    answer = client.post(rules_url(edition), ESSAY | wrong)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert entries.track(edition).name == "读书征文"


def test_once_somebody_entered_the_name_alone_is_asked(city: World, client: Client) -> None:
    edition = entries.running_edition(city.bureau)
    client.force_login(city.bureau_staff)
    entries.draft(edition, city.school)
    page = client.get(rules_url(edition)).content.decode()
    assert "要求和评分项这一届不再改" in page
    assert "own_label_0" not in page
    late = client.post(rules_url(edition), ESSAY | BOOK)
    assert "不能改到他们头上" in late.content.decode(), "opened before, sent after"
    named = {"names_only": "1", "version": 1, "name": "红色征文", "rules": "一人一篇"}
    assert client.post(rules_url(edition), named).status_code == 302
    assert entries.track(edition).name == "红色征文"
    with pytest.raises(Refused, match="不能改到他们头上"):
        tracks.set_rules(
            entries.track(edition), name="征文", rules="", criteria=HALVES,
            limits=entries.track(edition).limits, version=2, by=None,
        )  # fmt: skip


def test_of_two_who_edit_the_second_sees_both_and_loses_nothing(
    city: World, client: Client
) -> None:
    edition = reading.prepared_edition(city.bureau)
    client.force_login(city.bureau_staff)
    client.post(rules_url(edition), ESSAY | {"rules": "先存的要求"})
    answer = client.post(rules_url(edition), ESSAY | {"rules": "后存的要求"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "刚才有人改过" in page
    assert "先存的要求" in page
    assert "后存的要求" in page
    version = answer.context["form"]["version"].value()
    client.post(rules_url(edition), ESSAY | {"rules": "后存的要求", "version": version})
    assert entries.track(edition).rules == "后存的要求"


def test_a_round_begins_with_the_tracks_criteria(city: World) -> None:
    edition = entries.running_edition(city.bureau)
    track = entries.track(edition)
    tracks.set_rules(
        track, name="征文", rules="", limits=track.limits, criteria=HALVES, version=1, by=None
    )
    entries.draft(
        edition, city.school, state="city", number=1, submitted_at=edition.created_at,
        reviewed_at=edition.created_at,
    )  # fmt: skip
    here = judging.prepare_round(
        entries.track(edition), name="初评", rule=ScoreRule.MEAN, judges_each=1, by=None
    )
    assert here.criteria == [{"name": "立意", "most": "50"}, {"name": "文采", "most": "50"}]


def test_the_next_edition_carries_everything_along_as_its_own(city: World, client: Client) -> None:
    last = reading.prepared_edition(city.bureau)
    track = entries.track(last)
    asked = {**track.limits, "fields": [{"name": "book", "label": "书名"}]}
    tracks.set_rules(
        track, name="红色征文", rules="", limits=asked, criteria=HALVES, version=1, by=None
    )
    AwardLevel.objects.create(
        track=track, group=entries.group(last), position=1, name="特等奖", places=2
    )
    client.force_login(city.bureau_staff)
    facts = {"name": "读书活动", "theme": "新主题", "starts_on": "2024-03-01",
             "ends_on": "2024-08-31"}  # fmt: skip
    page = client.get(reverse("reading_program:edition_new"))
    assert page.context["form"]["like"].value() == last.pk
    client.post(reverse("reading_program:edition_new"), facts | {"like": last.pk})

    made = Edition.objects.get(theme="新主题")
    copy = entries.track(made)
    assert (copy.name, copy.limits, copy.criteria) == ("红色征文", asked, track_of(last).criteria)
    assert copy.levels.get().group == entries.group(made)
    assert made.stages.count() == last.stages.count()
    assert made.stages.first().starts_on == date(2024, 3, 1)
    assert made.stages.last().ends_on == date(2024, 8, 31)
    tracks.name_track(copy, name="改了名", rules="", version=1, by=None)
    assert track_of(last).name == "红色征文"


def track_of(edition: Edition) -> Any:
    return entries.track(edition)
