"""Criteria added to a draft table and taken out: what comes out is a table the engine reads."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import evaluations
from evaluations.forms.rubrics import KINDS
from evaluations.models import Rubric
from evaluations.scoring import RULES, score
from evaluations.services import rubric_lines, rubrics
from evaluations.services.rubric_lines import NewLine
from portal.kernel.errors import Refused
from tests.factories import five_good as factory
from tests.personas import World

SCHEMA = json.loads(
    (Path(evaluations.__file__).parent / "data" / "scoring.schema.json").read_text("utf-8")
)
WORDS = {"text": "学生满意", "max": "4", "rule": "按办法扣", "evidence": "问卷", "label": "满意度"}
FIELDS: dict[str, dict[str, str]] = {
    "require": {}, "missing": {"minus": "1"},
    "all_missing": {"minus": "1.5", "lines": "有问卷\n有汇总"}, "each": {"minus": "0.5"},
    "shortfall": {"target": "4", "minus": "0.5"},
    "ratio": {"full_at": "90", "step": "5", "minus": "1"},
    "grade": {"lines": "市级 4\n校级 2"}, "manual": {},
}  # fmt: skip


def client(user: object) -> Client:
    made = Client()
    made.force_login(user)
    return made


def as_the_schema_says(rule: dict[str, Any]) -> bool:
    own = SCHEMA["$defs"]["rule"]
    asked = [
        branch["then"]["required"]
        for branch in own["allOf"]
        if rule["type"] in kinds(branch["if"]["properties"]["type"])
    ]
    known = rule.keys() - {"ask"} <= own["properties"].keys()
    return known and len(asked) == 1 and set(asked[0]) <= rule.keys()


def kinds(said: dict[str, Any]) -> list[str]:
    return list(said["enum"]) if "enum" in said else [said["const"]]


def test_the_form_offers_every_rule_the_engine_knows() -> None:
    assert KINDS.keys() == RULES.keys() == FIELDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_of_each_kind_is_added_from_the_page_and_the_table_stays_valid(
    city: World, kind: str
) -> None:
    it = factory.table(city, publish=False)
    staff, url = client(city.bureau_staff), f"/five-good/rubrics/{it.pk}/new-line/?kind={kind}"
    page = staff.get(url).content.decode()
    assert all(f'name="{name}"' in page for name in FIELDS[kind])
    answer = staff.post(url, WORDS | FIELDS[kind] | {"item": "4-1"})
    assert answer.status_code == 302, answer.content.decode()
    it.refresh_from_db()
    dimension, item, criterion = next(one for one in it.criteria() if one[2]["code"] == "5.2.4")
    assert (criterion["text"], item["code"], dimension["max"]) == ("学生满意", "5.2", "24")
    assert all(as_the_schema_says(rule) for rule in criterion["rules"])
    assert rubrics.read_json(rubrics.as_json(it)) == it.content
    assert score(it.content, {})["criteria"]["5.2.4"]["max"] == "4"


def test_what_is_not_understood_is_told_and_stays_in_the_fields(city: World) -> None:
    it = factory.table(city, publish=False)
    staff, url = client(city.bureau_staff), f"/five-good/rubrics/{it.pk}/new-line/?kind="
    assert staff.get(f"{url}nothing").status_code == 422
    wrong = WORDS | {"item": "4-1", "minus": "很多"}
    answer = staff.post(f"{url}missing", wrong)
    assert answer.status_code == 422
    assert 'value="很多"' in answer.content.decode()
    answer = staff.post(f"{url}grade", WORDS | {"item": "4-1", "lines": "市级\n校级 2"})
    assert "第 1 行" in answer.content.decode()
    it.refresh_from_db()
    assert "5.2.4" not in rubrics.as_json(it).decode()


def test_a_line_taken_out_leaves_the_sums_right_and_its_code_unused(city: World) -> None:
    it = factory.table(city, publish=False)
    staff = client(city.bureau_staff)
    url = f"/five-good/rubrics/{it.pk}/lines/5.2.3/remove/"
    assert "拿掉这一条" in staff.get(url).content.decode()
    assert staff.post(url).status_code == 302
    it.refresh_from_db()
    assert "5.2.3" not in [criterion["code"] for _, _, criterion in it.criteria()]
    assert it.content["dimensions"][4]["max"] == "16"
    rubrics.check(it.content)
    assert staff.get(url).status_code == 404


def test_the_code_of_an_older_version_is_not_given_to_another_line(city: World) -> None:
    old = factory.table(city)
    new = rubrics.copy(old, by=city.bureau_staff)
    rubric_lines.take_out(new, code="5.2.3", by=city.bureau_staff)
    line = NewLine("require", {"text": "甲", "max": "1", "rule": "乙", "evidence": "丙"}, "丁")
    assert rubric_lines.add(new, item=(4, 1), line=line, by=city.bureau_staff) == "5.2.4"


def test_an_item_keeps_its_last_line(city: World) -> None:
    it = factory.table(city, publish=False)
    with pytest.raises(Refused, match="只剩这一条"):
        rubric_lines.take_out(it, code="3.1.1", by=city.bureau_staff)


def test_a_published_version_takes_no_line_and_gives_none(city: World) -> None:
    it = factory.table(city)
    staff, base = client(city.bureau_staff), f"/five-good/rubrics/{it.pk}"
    answer = staff.post(f"{base}/new-line/?kind=require", WORDS | {"item": "4-1"})
    assert answer.status_code == 422
    assert "另存一版" in answer.content.decode()
    with pytest.raises(Refused, match="另存一版"):
        rubric_lines.take_out(it, code="5.2.3", by=city.bureau_staff)
    assert Rubric.objects.get() == it
    page = staff.get(f"{base}/").content.decode()
    assert "添一条" not in page
    assert "拿掉" not in page
