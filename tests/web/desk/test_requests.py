"""Asking units for data: not what is known, not without a basis, not above the ceiling."""

import ast
import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from activities.models import PlanTask
from activities.services import obligation_cases
from committees.models import UnitYear
from portal.kernel.errors import Refused
from portal.kernel.models import Notice
from portal.web.burden_figures import Asked, ledger, standing_asks
from portal.web.catalogue import KNOWN, known_for, likeness
from portal.web.choices import MINUTES
from portal.web.models import DataAnswer, DataRequest
from portal.web.services import requests as services
from tests.conventions.sources import app_files, name_of, tree_of
from tests.factories import activities as records
from tests.factories.plans import published
from tests.personas import World

pytestmark = pytest.mark.usefixtures("october")
DAY = date(2023, 10, 18)


@pytest.fixture
def october() -> Any:
    with time_machine.travel("2023-10-18T09:30:00+08:00", tick=False):
        yield


def draft(city: World, *questions: tuple[str, str, str], **facts: Any) -> DataRequest:
    facts = {"title": "三季度情况", "basis": "工作要点第4条", "due_on": date(2023, 11, 1),
             "unit_kinds": ["school"]} | facts  # fmt: skip
    return services.draft(
        city.bureau, questions=questions or [("最有特色的一件事", "text", "")],
        by=city.bureau_staff, **facts,
    )  # fmt: skip


def send(city: World, request: DataRequest, on: date = DAY) -> int:
    return services.send(request, on=on, now=timezone.now(), by=city.bureau_staff)


def to_do(client: Client) -> list[str]:
    page = client.get("/todo/").context
    return [card.title for card in [*page["cards"], *page["more_cards"]]]


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("在校学生人数", "students"), ("五老人数", "elders"), ("受教育青少年人次", "youth"),
        ("本年度开展活动次数", "activities"), ("宣讲场次", "lectures"),
        ("党支部书记姓名", "party_secretary"),
    ],
)  # fmt: skip
def test_a_question_already_answered_is_recognised(question: str, code: str) -> None:
    assert known_for(question)[0].code == code


@pytest.mark.parametrize("question", ["最有特色的一件事", "经费支出", "明年的打算", "？"])
def test_a_new_question_is_asked(question: str) -> None:
    assert known_for(question) == []


@given(st.text(max_size=20), st.text(max_size=20))
def test_likeness_lies_between_nought_and_one_and_looks_both_ways(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1


def test_every_known_figure_can_be_read_for_every_unit(city: World) -> None:
    from committees.models import Unit

    units = Unit.objects.below(city.bureau)
    for known in KNOWN:
        assert set(known.read(units, 2023)) <= {unit.pk for unit in units}


def test_asking_what_is_collected_warns_and_reuse_fills_it(client: Client, city: World) -> None:
    UnitYear.objects.create(unit=city.school, year=2023, students=812)
    records.accepted(
        city.school, by=city.school_secretary, reviewer=city.office_secretary, youth=120
    )
    client.force_login(city.bureau_staff)
    answer = client.post("/requests/new/", {
        "title": "基本情况", "basis": "工作要点第4条", "due_on": "2023-11-01",
        "unit_kinds": ["school"], "numbers": "学生人数\n受教育青少年人次",
    })  # fmt: skip
    page = client.get(answer.headers["Location"])
    assert "已经有同类数据" in page.text
    assert "不花单位的时间" in page.text

    client.post(f"{answer.headers['Location']}send/")

    mine = DataAnswer.objects.get(unit=city.school)
    assert sorted(mine.values.values()) == ["120", "812"]
    assert mine.answered_at is not None
    assert mine.minutes == 0
    assert not Notice.objects.filter(user=city.school_secretary, text__contains="请填").exists()


def test_the_price_is_units_times_minutes(client: Client, city: World) -> None:
    request = draft(city, ("经费支出", "number", ""), ("明年打算", "text", ""))
    client.force_login(city.bureau_staff)

    page = client.get(f"/requests/{request.pk}/")

    each = MINUTES["number"] + MINUTES["text"]
    assert f"6 个单位 × 每家约 {each} 分钟 ＝ 共约 1 小时 6 分钟" in page.text


def test_no_basis_no_request(client: Client, city: World) -> None:
    client.force_login(city.bureau_staff)
    page = client.post("/requests/new/", {
        "title": "要点东西", "numbers": "经费支出", "due_on": "2023-11-01",
        "unit_kinds": ["school"],
    })  # fmt: skip

    assert page.status_code == 422
    assert "写上依据" in page.text
    with pytest.raises(Refused, match="写上依据"):
        draft(city, basis="")


def test_a_photo_is_asked_only_with_a_reason(city: World) -> None:
    with pytest.raises(Refused, match="为什么非要不可"):
        draft(city, ("活动照片", "file", ""))
    assert not DataRequest.objects.exists()


def test_a_school_answers_once_and_may_mend_it_until_the_end(client: Client, city: World) -> None:
    request = draft(city, ("经费支出", "number", ""), ("证明", "file", "财务要存档"))
    send(city, request)
    answer = DataAnswer.objects.get(unit=city.school)
    number, paper = (f"f{field.pk}" for field in request.fields.all())
    client.force_login(city.school_secretary)
    assert "填“三季度情况”" in to_do(client)

    wrong = client.post(f"/requests/answers/{answer.pk}/", {number: "很多"})
    pdf = SimpleUploadedFile("证明.pdf", b"%PDF-1.7 x", "application/pdf")
    client.post(f"/requests/answers/{answer.pk}/", {number: "3,200", paper: pdf})

    assert wrong.status_code == 422
    answer.refresh_from_db()
    assert answer.values[number[1:]] == "3200"
    file = client.get(f"/requests/answers/{answer.pk}/files/{paper[1:]}/")
    assert b"".join(file.streaming_content) == b"%PDF-1.7 x"
    assert "填“三季度情况”" not in to_do(client)
    services.close(request, now=timezone.now(), by=city.bureau_staff)
    assert client.post(f"/requests/answers/{answer.pk}/", {number: "1"}).status_code == 403


def test_what_was_sent_is_not_changed(city: World) -> None:
    request = draft(city)
    send(city, request)

    with pytest.raises(Refused, match="不能再改"):
        services.redraft(request, questions=[("别的", "text", "")], by=city.bureau_staff)
    with pytest.raises(Refused, match="不能再改"):
        send(city, request)


def test_a_ceiling_holds_until_the_next_month(city: World) -> None:
    services.set_ceiling(city.bureau, minutes=10, by=city.bureau_staff)
    send(city, draft(city))
    second = draft(city)

    with pytest.raises(Refused, match="上限"):
        send(city, second)

    assert send(city, second, on=date(2023, 11, 1)) == 6


def test_the_ledger_equals_an_independent_count(client: Client, city: World) -> None:
    send(city, draft(city, ("经费支出", "number", ""), ("学生人数", "number", "")))
    send(city, draft(city, ("证明", "file", "财务要存档"), unit_kinds=["school", "kindergarten"]),
         on=date(2023, 9, 3))  # fmt: skip
    units = [*city.schools, city.kindergarten]

    rows = ledger(DataAnswer.objects.all(), units, year=2023)

    for row in rows:
        mine = DataAnswer.objects.filter(unit=row.unit)
        fields = [field for one in mine for field in one.request.fields.all() if not field.source]
        assert row.total.fields == len(fields)
        assert row.total.uploads == sum(field.kind == "file" for field in fields) == 1
        assert row.total.minutes == sum(MINUTES[field.kind] for field in fields)
        assert row.months[8].uploads == 1
    client.force_login(city.school_secretary)
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(client.get("/burden/ledger.xlsx?year=2023").content))
    assert [[cell.value for cell in line] for line in book["全年"].iter_rows(min_row=2)] == [
        ["云山小学", 2, 2, 1, MINUTES["number"] + MINUTES["file"]]
    ]


def test_a_unit_is_asked_once_a_request(city: World) -> None:
    request = draft(city)
    send(city, request)

    with pytest.raises(IntegrityError), transaction.atomic():
        DataAnswer.objects.create(
            request=request, unit=city.school, asked_on=DAY, fields_asked=1, minutes=1
        )


def test_answers_are_exported_with_where_each_figure_comes_from(
    client: Client, city: World
) -> None:
    UnitYear.objects.create(unit=city.school, year=2023, students=812)
    request = draft(city, ("学生人数", "number", ""), ("经费支出", "number", ""))
    send(city, request)
    client.force_login(city.bureau_staff)

    from openpyxl import load_workbook

    book = load_workbook(BytesIO(client.get(f"/requests/{request.pk}/answers.xlsx").content))

    first = [cell.value for cell in next(book["汇总"].iter_rows(min_row=2))]
    assert first[:2] == ["云山小学", "812"]
    assert "没有再问单位" in book["口径"]["B2"].value


RANKS = re.compile(r"login|points|score_total|activity_count|record_count|minutes|fields_asked")


def test_nothing_is_ranked_by_activity_login_or_points() -> None:
    """No order_by or sort of people or units by what they did or how often they came."""
    found = [
        f"{name_of(path)}:{node.lineno} {argument.value}"
        for path in app_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "order_by"
        for argument in node.args
        if isinstance(argument, ast.Constant)
        and isinstance(argument.value, str)
        and RANKS.search(argument.value)
    ]

    assert found == []


def test_the_ledger_also_tells_what_duties_and_the_plan_ask(client: Client, city: World) -> None:
    plan = published(city.bureau, by=city.bureau_staff)
    task = PlanTask.objects.get(node__plan=plan, node__number="4")
    PlanTask.objects.filter(pk=task.pk).update(
        kind=None, evidence="走访照片", scope="all_schools", due_on=date(2023, 10, 31)
    )
    item = city.obligation_set.items.get(code="training")
    obligation_cases.waive(city.other_school, item, reason="撤并", by=city.bureau_staff)

    mine, let_off, garden = standing_asks(
        city.bureau, [city.school, city.other_school, city.kindergarten], year=2023
    )

    assert mine.months[8] == Asked(1, 1, 0, MINUTES["text"])  # the training, due in September
    assert mine.months[9] == Asked(1, 1, 1, MINUTES["text"] + MINUTES["file"])  # the task
    assert let_off.months[8] == Asked()
    assert garden.months[9] == Asked()
    assert mine.total.requests == 7  # six items and one answer; records kept anyway ask nothing
    client.force_login(city.school_secretary)
    page = client.get("/burden/?year=2023&of=standing").content.decode()
    assert "10月 1 项 23 分钟" in page
    assert "10月 1 项 23 分钟" not in client.get("/burden/?year=2023").content.decode()


def test_the_standing_asks_cost_the_same_for_one_unit_and_for_all(city: World) -> None:
    published(city.bureau, by=city.bureau_staff)
    with CaptureQueriesContext(connection) as one:
        standing_asks(city.bureau, [city.school], year=2023)
    with CaptureQueriesContext(connection) as everybody:
        standing_asks(city.bureau, [*city.schools, city.kindergarten], year=2023)
    assert len(one) == len(everybody)
