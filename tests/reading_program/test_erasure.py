"""Names and works are kept for their years, shown to who asks for them, and then gone."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pghistory.models import Context

from committees.models import User
from committees.policy import Role
from portal.kernel import audit, calendar, files
from portal.kernel.errors import Refused
from portal.kernel.models import AuditEvent, Notice, StoredFile
from portal.kernel.sheets import read_workbook
from reading_program import schedule
from reading_program.choices import EntryState
from reading_program.models import (
    BlindCopy,
    Certificate,
    Edition,
    Entry,
    EntryBatch,
    EntryFile,
    Honour,
    ImplementationPlan,
    Likeness,
    Objection,
    Publicity,
    Recommendation,
    Result,
    ScoreSheet,
)
from reading_program.services import entries as services
from reading_program.services import erasure, mentions, publicity
from reading_program.services import plans as plan_services
from tests.factories import committees, judging, reading_program
from tests.factories import reading_entries as entries
from tests.factories import results as factory
from tests.personas import World


def erase(city: World, *chosen: Entry, name: str = "沈小禾", reason: str = "家长书面要求") -> int:
    return erasure.erase_child(
        chosen, name=name, reason=reason, on=calendar.today(), now=timezone.now(),
        by=city.bureau_staff,
    )  # fmt: skip


def years_later(edition: Edition) -> int:
    return erasure.erase_due(on=edition.kept_until + timedelta(days=1), now=timezone.now())


def with_paper(entry: Entry, content: bytes = b"%PDF-1.7 essay") -> StoredFile:
    stored = files.store(content, files.PDF)
    EntryFile.objects.create(entry=entry, file=stored, name="沈小禾的征文.pdf")
    return stored


def test_what_is_over_goes_once_and_an_award_keeps_its_facts(
    city: World, django_capture_on_commit_callbacks: object
) -> None:
    edition = factory.certified(city)[0].edition
    first = Entry.objects.get(nominee_name="甄雨一")
    last = Entry.objects.get(nominee_name="甄雨五")
    stored = with_paper(last)

    assert erasure.erase_due(on=edition.kept_until, now=timezone.now()) == 0
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert years_later(edition) == 5
    assert years_later(edition) == 0

    first.refresh_from_db()
    last.refresh_from_db()
    assert (first.nominee_name, first.title, first.body) == ("甄雨一", "书是第1扇窗", "")
    assert (last.nominee_name, last.title, last.body) == ("已删除", "", "")
    assert Certificate.objects.get(result__entry=first).text["to"] == "甄雨一 同学"
    assert not last.advisers.exists()
    assert set(BlindCopy.objects.values_list("text", "title")) == {("", "")}
    assert ScoreSheet.objects.exclude(total=None).count() == 5
    assert not StoredFile.objects.filter(pk=stored.pk).exists()
    assert not files.path_of(stored.sha256).exists()
    told = AuditEvent.objects.filter(verb="edition.erased")
    assert [line.note for line in told] == ["保留期满，5 件作品的姓名、正文和文件已删除"]
    assert not AuditEvent.objects.filter(target_label__contains="书是第5扇窗").exists()


def test_the_nightly_task_leaves_running_editions_alone(city: World) -> None:
    entries.draft(entries.running_edition(city.bureau), city.school)
    assert schedule.erase_what_is_over() == 0


def test_an_objection_keeps_what_it_is_about_until_it_is_answered(city: World) -> None:
    it = factory.published(city)
    objection = factory.objection(it)
    entry = factory.first_of(it).entry
    with pytest.raises(Refused, match="有人对结果提了异议，处理完再删"):
        erase(city, entry, name=entry.nominee_name)
    assert years_later(it.edition) == 4
    objection.refresh_from_db()
    assert objection.phone == factory.WHO["phone"]

    Objection.objects.update(state="dismissed", outcome="查无此事", handled_at=timezone.now())
    assert years_later(it.edition) == 1
    objection.refresh_from_db()
    assert (objection.phone, objection.facts) == ("", "")


def test_a_work_being_judged_stays_until_the_round_is_over(city: World) -> None:
    edition = reading_program.published_edition(city.bureau)
    entry = judging.city_entry(edition, city.school, nominee="沈小禾")
    here = judging.prepared_round(edition, each=1)
    here.state, here.opened_at = "open", timezone.now()
    here.save()
    with pytest.raises(Refused, match="正在评审"):
        erase(city, entry)
    entry.refresh_from_db()
    assert entry.nominee_name == "沈小禾"


def test_a_child_that_is_erased_leaves_the_contest_the_papers_and_the_trail(city: World) -> None:
    edition = entries.running_edition(city.bureau)
    entry = entries.draft(edition, city.school, title="", members=["许知远"])
    shared = with_paper(entry)
    other = entries.draft(edition, city.school, name="林一诺", title="我的书")
    with_paper(other)
    entries.trial(edition, city.school, by=city.school_secretary)
    services.send_one(entry, by=city.school_secretary)
    services.send_back(entry, note="沈小禾的题目没写", by=city.office_secretary)

    with pytest.raises(Refused, match="写一句为什么删"):
        erase(city, entry, reason=" ")
    assert erase(city, entry) == 1
    entry.refresh_from_db()
    assert entry.state == EntryState.WITHDRAWN
    assert (entry.nominee_name, entry.members, entry.body) == ("已删除", [], "")
    assert not EntryBatch.objects.exists()
    assert StoredFile.objects.filter(pk=shared.pk).exists()  # the other work's too
    lines = list(audit.trail_of(entry))
    assert not any("沈小禾" in line.note + line.target_label for line in lines)
    assert not any("沈小禾" in str(each.metadata) for each in Context.objects.all())
    assert (lines[0].verb, lines[0].note) == ("entry.erased", "家长书面要求")
    with pytest.raises(Refused, match="已经删过了"):
        erase(city, entry)


def test_of_a_work_of_several_only_the_one_name_goes(city: World) -> None:
    edition = entries.running_edition(city.bureau)
    entry = entries.draft(
        edition, city.school, name="林一诺", members=["沈小禾", "许知远"], body="我和沈小禾读书。"
    )
    assert erase(city, entry) == 1
    entry.refresh_from_db()
    assert (entry.nominee_name, entry.members) == ("林一诺", ["许知远"])
    assert "沈小禾" not in entry.body
    assert entry.body.startswith("我和")
    assert entry.erased_at is None


def test_the_bureau_finds_hands_out_and_deletes_what_is_held_on_one_child(city: World) -> None:
    edition = entries.running_edition(city.bureau)
    entry = entries.draft(edition, city.school)
    with_paper(entry)
    entries.draft(edition, city.other_school, name="沈小禾", title="别校的")
    client = Client()
    client.force_login(city.bureau_staff)

    page = client.post(reverse("reading_program:children"), {"name": "沈小禾"}).content.decode()
    assert city.school.name in page
    assert city.other_school.name in page
    assert (
        "没有叫这个名字的学生"
        in client.post(reverse("reading_program:children"), {"name": "沈小"}).content.decode()
    )

    place = [entry.pk, 0]
    page = client.get(reverse("reading_program:child", args=place)).content.decode()
    assert "一本书，一盏灯" in page
    assert "别校的" not in page
    taken = client.get(reverse("reading_program:child_archive", args=place))
    with zipfile.ZipFile(io.BytesIO(taken.content)) as archive:
        assert archive.namelist() == ["材料.xlsx", "文件/01-沈小禾的征文.pdf"]
        works = read_workbook(archive.read("材料.xlsx"))[0]
    assert "一本书，一盏灯" in str(works.rows)
    assert [line.verb for line in audit.trail_of(entry)] == ["child.exported", "child.read"]

    erase_url = reverse("reading_program:child_erase", args=place)
    answer = client.post(erase_url, {"entries": [entry.pk], "reason": ""})
    assert answer.status_code == 422
    assert "写一句为什么删" in answer.content.decode()
    answer = client.post(erase_url, {"entries": [entry.pk], "reason": "家长书面要求"})
    assert answer.status_code == 302
    assert client.get(reverse("reading_program:child", args=place)).status_code == 404
    assert Entry.objects.naming("沈小禾").count() == 1


CANARY = "欧阳雪霁"


def canaries(city: World) -> dict[str, str]:
    """The child's name in every kind of words somebody else wrote; label → what it says."""
    it = factory.certified(city)[0].edition
    won = Result.objects.filter(list__edition=it).order_by("pk")[0]
    shown = Publicity.objects.get(edition=it)
    words = f"和{CANARY}那篇有关"
    reading_program.accepted_plan(
        it, city.school, by=city.school_secretary, reviewer=city.office_secretary
    )
    plan_services.send_back(
        ImplementationPlan.objects.get(edition=it), note=words, by=city.office_secretary
    )
    other = entries.draft(entries.running_edition(city.bureau, name="今年的"), city.school)
    services.send_one(other, by=city.school_secretary)
    services.send_back(other, note=words, by=city.office_secretary)
    Result.objects.filter(pk=won.pk).update(reason=words)
    publicity.revoke(won, reason=words, by=city.bureau_staff)
    honour = Honour.objects.filter(edition=it)[0]
    Honour.objects.filter(pk=honour.pk).update(basis=words)
    publicity.revoke_honour(honour, reason=words, by=city.bureau_staff)
    objection = factory.objection(shown) if shown.is_shown(on=calendar.today()) else (
        Objection.objects.create(publicity=shown, ref="result:0", about="一项", facts=words,
                                 **factory.WHO)
    )  # fmt: skip
    Objection.objects.filter(pk=objection.pk).update(facts=words)
    publicity.handle(objection, upheld=False, outcome=words, revoke=False, by=city.bureau_staff)
    last = Result.objects.awarded().filter(list__edition=it).order_by("pk")[0]
    Recommendation.objects.create(result=last, words=words)
    Likeness.objects.create(
        entry=other, other=won.entry, percent=9, longest=9, note=words, looked_at=timezone.now()
    )
    ScoreSheet.objects.filter(pk=ScoreSheet.objects.order_by("pk")[0].pk).update(comment=words)
    Notice.objects.create(user=city.bureau_staff, text=words)
    return {source.key: words for source in mentions.SOURCES}


def everything_written() -> str:
    """Every value of every table of the programme, its history, the trail and the messages."""
    tables = [*apps.get_app_config("reading_program").get_models(), AuditEvent, Context, Notice]
    return str([list(table._base_manager.values_list()) for table in tables])


def test_the_name_in_other_peoples_words_is_shown_first_and_then_crossed_out(
    city: World,
) -> None:
    planted = canaries(city)
    edition = Edition.objects.get(name="今年的")
    entry = entries.draft(edition, city.school, name=CANARY)
    stranger = factory_user(city)
    Notice.objects.create(user=stranger, text=f"{CANARY}在别的市")
    client = Client()
    client.force_login(city.bureau_staff)

    place = [entry.pk, 0]
    page = client.get(reverse("reading_program:child_erase", args=place))
    offered = [key for key, _ in page.context["form"].fields["places"].choices]
    assert {key.rpartition(".")[0] for key in offered} == set(planted), "one of every kind"
    assert "别的市" not in page.content.decode()
    taken = client.get(reverse("reading_program:child_archive", args=place))
    with zipfile.ZipFile(io.BytesIO(taken.content)) as archive:
        assert any(sheet.name == "别处写到" for sheet in read_workbook(archive.read("材料.xlsx")))

    kept = next(key for key in offered if key.startswith("notice.text"))
    chosen = [key for key in offered if key != kept]
    asked = {"entries": [entry.pk], "reason": "家长书面要求", "places": chosen}
    answer = client.post(reverse("reading_program:child_erase", args=place), asked, follow=True)
    assert f"别处 {len(chosen)} 处姓名盖住了" in answer.content.decode()
    assert Notice.objects.get(text__contains=f"和{CANARY}").pk == int(kept.rpartition(".")[2])
    Notice.objects.filter(text__contains=CANARY).delete()
    assert CANARY not in everything_written()
    assert Result.objects.exclude(revoke_reason="")[0].revoke_reason == "和××××那篇有关"


def factory_user(city: World) -> User:
    return committees.make_user(committees.make_bureau("青川市教育局"), Role.BUREAU_STAFF)
