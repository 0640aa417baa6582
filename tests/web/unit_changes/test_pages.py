"""The wizards: choose, see every effect, confirm once, take it back in one step."""

from datetime import timedelta

import pytest
from django.test import Client

from committees.models import RoleGrant, Unit, UnitChange
from portal.kernel import calendar
from tests.personas import World
from tests.web.unit_changes.test_carrying_out import NEW, busy
from tests.web.unit_changes.worlds import everything

MERGE = {
    "how": "new", "others": "云山二小", "new_name": NEW.name, "on": "2023-09-01",
    "note": "教发〔2023〕12号", "accounts": "on",
}  # fmt: skip


@pytest.fixture
def bureau(city: World, client: Client) -> Client:
    client.force_login(city.bureau_staff)
    return client


def preview(client: Client, unit: Unit, kind: str, answers: dict[str, object]):
    return client.get(f"/units/{unit.pk}/change/{kind}/", answers)


def confirm(client: Client, unit: Unit, kind: str, answers: dict[str, object]):
    seen = preview(client, unit, kind, answers).context["trial"].fingerprint
    return client.post(f"/units/{unit.pk}/change/{kind}/", answers | {"seen": seen}, follow=True)


def test_a_preview_names_every_effect_and_writes_nothing(city: World, bureau: Client) -> None:
    busy(city)
    before = everything()

    page = preview(bureau, city.school, "merge", MERGE)

    assert everything() == before
    assert not UnitChange.objects.exists()
    text = page.content.decode()
    for sentence in (
        "“云山新区小学”由“云山教办”主管",
        "“云山二小”从2023年9月1日起不再计入应完成数和覆盖率",
        "“云山小学”当年已经做的，算在“云山新区小学”名下，不重复算",
        "新设“云山新区小学关工委”，班子要另外登记",
        "“云山小星星幼儿园”由“云山新区小学关工委”覆盖",
        "位登记在册的同志转到“云山新区小学”",
        "个账号可以为“云山新区小学”办事",
        "8 份没写完的记录（草稿、退回的）由“云山新区小学”接着写",
        "条这天及以后的记录改记在“云山新区小学”名下",
        "项已记的完成情况算在“云山新区小学”名下",
        "的方案（待审核）转给“云山新区小学”",
    ):
        assert sentence in text, sentence
    duties = page.context["trial"].duties[0]
    trained = dict(zip(duties.names, dict(duties.rows)["学习培训"], strict=True))
    assert trained["云山小学"] == ("2 次", "不计入")
    assert trained["云山新区小学"] == ("还没有", "4 次")
    assert trained["全市完成家数"] == ("2／10", "1／9")
    again = bureau.get(page.context["back_url"]).content.decode()
    assert f'value="{NEW.name}"' in again


def test_a_merger_is_confirmed_and_taken_back_from_the_pages(city: World, bureau: Client) -> None:
    busy(city)
    before = everything()

    page = confirm(bureau, city.school, "merge", MERGE)

    assert Unit.objects.filter(name=NEW.name).exists()
    change = UnitChange.objects.get()
    assert change.done_by == city.bureau_staff
    assert "撤回这次变动" in page.content.decode()
    assert str(change) in bureau.get("/changes/").content.decode()
    assert str(change) in bureau.get(f"/units/{city.school.pk}/change/").content.decode()
    assert bureau.get(f"/changes/{change.pk}/undo/").status_code == 200
    page = bureau.post(f"/changes/{change.pk}/undo/", follow=True)
    assert "已经撤回" in page.content.decode()
    assert everything() == before
    assert bureau.post(f"/changes/{change.pk}/undo/").status_code == 409


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("move", {"to": "offices[1]"}),
        ("merge", {"how": "into", "into": "云山二小"}),
        ("split", {"first": "云山东区小学", "closes": "no"}),
        ("close", {}),
    ],
)
def test_every_kind_is_previewed_and_done(
    city: World, bureau: Client, kind: str, answers: dict[str, str]
) -> None:
    whole: dict[str, object] = {"on": "2023-09-01", "note": "文"} | answers
    if kind == "move":
        whole["to"] = city.offices[1].pk
    assert bureau.get(f"/units/{city.school.pk}/change/{kind}/").status_code == 200

    page = confirm(bureau, city.school, kind, whole)

    assert ("留在原单位名下的" in page.content.decode()) is (kind == "close")
    assert UnitChange.objects.get().kind == kind
    if kind == "close":
        form = bureau.get(f"/units/{city.school.pk}/change/reopen/").content.decode()
        assert "由承接过它" not in form  # nobody carried on for it
        held = RoleGrant.objects.get(unit=city.school, user=city.school_secretary)
        assert str(city.school_secretary) in form
        again = whole | {
            "under": city.office.pk, "on": "2023-11-01", "committee": "own", "grants": [held.pk],
        }  # fmt: skip
        confirm(bureau, city.school, "reopen", again)
        assert UnitChange.objects.filter(kind="reopen").count() == 1
        assert city.school.served_by.filter(period__upper_inf=True).exists()
        open_now = RoleGrant.objects.filter(unit=city.school, period__upper_inf=True)
        assert open_now.get().user == city.school_secretary


def test_what_changed_after_the_preview_is_shown_again_before_anything_is_done(
    city: World, bureau: Client
) -> None:
    seen = preview(bureau, city.school, "merge", MERGE).context["trial"].fingerprint
    busy(city)

    page = bureau.post(f"/units/{city.school.pk}/change/merge/", MERGE | {"seen": seen})

    assert "情况又有了变化" in page.content.decode()
    assert not UnitChange.objects.exists()


@pytest.mark.parametrize(
    ("kind", "wrong", "sentence"),
    [
        ("merge", {"others": "云山三小"}, "没有叫“云山三小”的单位"),
        ("merge", {"others": "石桥"}, "是不是石桥小学"),
        ("merge", {"others": "云山小学"}, "同一家单位只写一次"),
        ("merge", {"others": ""}, "至少还要写一家"),
        ("merge", {"how": "into", "into": "", "others": ""}, "写一下并入哪一家"),
        ("merge", {"new_name": "云山初中"}, "本市已经有同名的单位"),
        ("merge", {"note": ""}, "写一句原因或文号"),
        ("split", {"first": "云山初中", "closes": "no"}, "本市已经有同名的单位"),
        ("split", {"first": "新校", "second": "新校", "closes": "no"}, "不同的名称"),
        ("move", {"to": "999999"}, "从列表里选一个主管单位"),
    ],
)
def test_a_wrong_answer_is_told_beside_its_question(
    city: World, bureau: Client, kind: str, wrong: dict[str, str], sentence: str
) -> None:
    answer = preview(bureau, city.school, kind, MERGE | wrong)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_day_to_come_waits_until_it_has_come(city: World, bureau: Client) -> None:
    tomorrow = (calendar.today() + timedelta(days=1)).isoformat()

    answer = preview(bureau, city.school, "close", {"on": tomorrow, "note": "停办"})

    assert answer.status_code == 422
    assert "到了那天再来改" in answer.content.decode()


def test_what_cannot_be_done_is_said_on_the_form(city: World, bureau: Client) -> None:
    answers = {"to": city.office.pk, "on": "2023-09-01", "note": "文"}

    answer = preview(bureau, city.school, "move", answers)

    assert answer.status_code == 422
    assert "不用改" in answer.content.decode()


def test_the_bureau_itself_cannot_be_changed(city: World, bureau: Client) -> None:
    assert bureau.get(f"/units/{city.bureau.pk}/change/").status_code == 404
    assert bureau.get(f"/units/{city.school.pk}/change/reopen/").status_code == 404
