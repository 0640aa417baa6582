"""The scoring engine: worked examples, laws, and inputs it must refuse."""

import copy
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluations.scoring import Malformed, score

DATA = Path(__file__).parents[2] / "evaluations" / "data"
FIVE_GOODS = json.loads((DATA / "rubric-five-goods.json").read_text())
EXAMPLES = json.loads((DATA / "scoring-examples.json").read_text())
GRADES = [{"code": "good", "name": "好", "min": "60"}, {"code": "poor", "name": "差", "min": "0"}]


def rubric(*criteria: dict, total: str = "100", **more: object) -> dict:
    items = [{"code": "1.1", "name": "项", "max": "0", "criteria": list(criteria)}]
    return {
        "total": total,
        "dimensions": [{"code": "1", "name": "块", "max": "0", "items": items}],
        "grades": GRADES,
        **more,
    }


def criterion(code: str, maximum: str, *rules: dict) -> dict:
    return {"code": code, "text": "要点", "max": maximum, "rules": list(rules)}


def criteria_of(whole: dict) -> list[dict]:
    return [c for d in whole["dimensions"] for i in d["items"] for c in i["criteria"]]


@pytest.mark.parametrize("example", EXAMPLES, ids=[e["what"] for e in EXAMPLES])
def test_worked_example(example):
    whole = rubric(criterion("x", example["max"], *example["rules"]))

    result = score(whole, {"criteria": {"x": example["findings"]}})["criteria"]["x"]

    assert result["score"] == example["score"]
    assert [d["points"] for d in result["deductions"]] == example["points"]
    assert all(d["reason"] for d in result["deductions"])


def test_the_five_goods_rubric_has_its_five_heads_thirteen_items_thirty_criteria():
    heads = FIVE_GOODS["dimensions"]

    assert [d["max"] for d in heads] == ["20"] * 5
    assert sum(len(d["items"]) for d in heads) == 13
    assert len(criteria_of(FIVE_GOODS)) == 30
    assert sum(Decimal(c["max"]) for c in criteria_of(FIVE_GOODS)) == 100


def perfect(whole: dict) -> dict:
    """Findings under which every rule is content."""
    found: dict[str, dict] = {}
    for entry in criteria_of(whole):
        own = found.setdefault(entry["code"], {})
        for rule in entry["rules"]:
            if rule["type"] in {"require", "missing"}:
                own[rule["key"]] = True
            elif rule["type"] == "all_missing":
                own.update(dict.fromkeys(rule["keys"], True))
            elif rule["type"] == "shortfall":
                own[rule["key"]] = int(rule["target"])
            elif rule["type"] == "ratio":
                own[rule["key"]] = rule["full_at"]
            elif rule["type"] == "grade":
                own[rule["key"]] = max(rule["points"], key=lambda k: Decimal(rule["points"][k]))
    return {"criteria": found}


def test_a_school_that_did_everything_has_a_hundred_and_one_that_did_nothing_fails():
    best, nothing = score(FIVE_GOODS, perfect(FIVE_GOODS)), score(FIVE_GOODS, {})

    assert (best["total"], best["grade"]) == ("100", "excellent")
    assert nothing["grade"] == "fail"
    assert nothing["dimensions"]["1"]["max"] == "20"


def test_a_veto_forces_the_last_grade_and_leaves_the_score():
    found = perfect(FIVE_GOODS) | {"vetoes": ["V4", "V4", "V1"]}

    result = score(FIVE_GOODS, found)

    assert (result["total"], result["grade"], result["vetoes"]) == ("100", "fail", ["V1", "V4"])


def test_bonus_is_capped_by_item_and_in_all():
    found = perfect(FIVE_GOODS) | {"bonus": {"B1": 4, "B2": 9, "B3": 1}}

    result = score(FIVE_GOODS, found)

    assert (result["bonus"], result["total"]) == ("10", "110")


def test_what_does_not_apply_is_taken_out_and_the_rest_re_based():
    whole = rubric(criterion("a", "3"), criterion("b", "4", {"type": "require", "key": "k"}))
    whole["dimensions"][0]["items"][0]["criteria"].append(criterion("c", "3"))

    result = score(whole, {"criteria": {"a": "n/a"}})

    assert result["base"] == "42.86"  # 3 ÷ 7 × 100, half up
    assert result["dimensions"]["1"] == {"score": "3", "max": "7"}
    assert result["criteria"]["a"]["applies"] is False


def test_a_rubric_of_which_nothing_applies_scores_nothing():
    result = score(rubric(criterion("a", "3")), {"criteria": {"a": "n/a"}})

    assert (result["base"], result["total"]) == ("0", "0")


number = st.decimals(0, 20, places=1).map(lambda d: format(d, "f"))
keys = st.sampled_from(["p", "q", "r"])
rule = st.one_of(
    st.fixed_dictionaries({"type": st.just("require"), "key": keys}),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["missing", "each"]), "key": keys, "minus": number}
    ),
    st.fixed_dictionaries(
        {"type": st.just("shortfall"), "key": keys, "target": number, "minus": number}
    ),
    st.fixed_dictionaries({"type": st.just("all_missing"), "keys": st.lists(keys, min_size=1)}),
    st.fixed_dictionaries(
        {
            "type": st.just("ratio"),
            "key": keys,
            "full_at": number,
            "step": st.sampled_from(["0.5", "10", "3"]),
            "minus": number,
            "round": st.sampled_from(["up", "down"]),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("grade"),
            "key": st.just("level"),
            "points": st.dictionaries(st.sampled_from(["好", "中", "差"]), number),
        }
    ),
    st.fixed_dictionaries({"type": st.just("manual"), "key": keys}),
)
found = st.one_of(
    st.just("n/a"),
    st.fixed_dictionaries(
        {},
        optional={
            "p": st.booleans(),
            "q": st.integers(0, 30),
            "r": number,
            "level": st.sampled_from(["好", "中", "差", "没有这个等次"]),
        },
    ),
)
cases = st.lists(st.tuples(number, st.lists(rule, max_size=5), found), min_size=1, max_size=6)


def build(case) -> tuple[dict, dict]:
    criteria = [criterion(f"c{n}", most, *rules) for n, (most, rules, _) in enumerate(case)]
    return rubric(*criteria), {"criteria": {f"c{n}": f for n, (_, _, f) in enumerate(case)}}


@settings(max_examples=300)
@given(cases)
def test_every_half_point_is_explained_and_nothing_leaves_its_bounds(case):
    whole, findings = build(case)

    result = score(whole, findings)

    reached = possible = Decimal(0)
    for one in result["criteria"].values():
        got, most = Decimal(one["score"]), Decimal(one["max"])
        taken = [Decimal(d["points"]) for d in one["deductions"]]
        assert 0 <= got <= most
        assert all(points > 0 for points in taken)
        if one["applies"]:
            assert got + sum(taken) == most
            reached, possible = reached + got, possible + most
    assert Decimal(result["dimensions"]["1"]["score"]) == reached
    assert 0 <= Decimal(result["base"]) <= 100
    if possible:
        assert abs(Decimal(result["base"]) - reached / possible * 100) <= Decimal("0.005")


@settings(max_examples=100)
@given(cases, st.randoms(use_true_random=False))
def test_the_order_of_findings_is_irrelevant_and_inputs_stay_as_they_were(case, shuffler):
    whole, findings = build(case)
    before = copy.deepcopy((whole, findings))
    pairs = list(findings["criteria"].items())
    shuffler.shuffle(pairs)

    assert score(whole, {"criteria": dict(pairs)}) == score(whole, findings)
    assert (whole, findings) == before


@pytest.mark.parametrize(
    ("spoil", "path"),
    [
        (lambda r: r.pop("total"), "rubric.total"),
        (lambda r: r.update(total=99.5), "rubric.total"),
        (lambda r: r.update(total="-1"), "rubric.total"),
        (lambda r: r.update(total=10**5000), "rubric.total"),
        (lambda r: r.update(total=Decimal("1e999999")), "rubric.total"),
        (lambda r: r.update(total=True), "rubric.total"),
        (lambda r: r.update(dimensions="x"), "rubric.dimensions"),
        (lambda r: r["dimensions"][1].update(items=None), "rubric.dimensions[1].items"),
        (lambda r: r["dimensions"][1].update(code="1"), "rubric.dimensions[1].code"),
        (
            lambda r: r["dimensions"][0]["items"][0]["criteria"][1].update(code="1.1.1"),
            "rubric.dimensions[0].items[0].criteria[1].code",
        ),
        (
            lambda r: r["dimensions"][0]["items"][0]["criteria"][0]["rules"][1].pop("minus"),
            "rubric.dimensions[0].items[0].criteria[0].rules[1].minus",
        ),
        (
            lambda r: r["dimensions"][0]["items"][0]["criteria"][0]["rules"][1].update(type="?"),
            "rubric.dimensions[0].items[0].criteria[0].rules[1].type",
        ),
        (lambda r: r.update(grades=[]), "rubric.grades"),
        (lambda r: r["grades"].reverse(), "rubric.grades[1].min"),
        (lambda r: r["bonus"][0].pop("each"), "rubric.bonus[0].each"),
        (lambda r: r["bonus"][1].update(code="B1"), "rubric.bonus[1].code"),
        (lambda r: r["vetoes"][1].update(code="V1"), "rubric.vetoes[1].code"),
        (lambda r: r["grades"][1].update(code="excellent"), "rubric.grades[1].code"),
        (lambda r: r["grades"][1].update(min="90.5"), "rubric.grades[1].min"),
        (lambda r: r["dimensions"][0].update(name=5), "rubric.dimensions[0].name"),
        (
            lambda r: r["dimensions"][0]["items"][0].update(max="很多"),
            "rubric.dimensions[0].items[0].max",
        ),
        (lambda r: r.update(total="１００"), "rubric.total"),
    ],
)
def test_a_malformed_rubric_is_refused_with_the_path_of_the_fault(spoil, path):
    spoilt = copy.deepcopy(FIVE_GOODS)
    spoil(spoilt)

    with pytest.raises(Malformed) as fault:
        score(spoilt, {})

    assert fault.value.path == path


@pytest.mark.parametrize(
    ("findings", "path"),
    [
        ([], "findings"),
        ({"criteria": {"1.1.1": "是"}}, "findings.criteria.1.1.1"),
        ({"criteria": {"2.2.2": {"meetings": "很多"}}}, "findings.criteria.2.2.2.meetings"),
        ({"criteria": {"2.2.2": {"meetings": -1}}}, "findings.criteria.2.2.2.meetings"),
        ({"criteria": {"2.2.2": {"meetings": 1.5}}}, "findings.criteria.2.2.2.meetings"),
        ({"criteria": {"4.2.1": {"study_report": 3}}}, "findings.criteria.4.2.1.study_report"),
        ({"vetoes": ["V9"]}, "findings.vetoes[0]"),
        ({"bonus": {"B1": "x"}}, "findings.bonus.B1"),
    ],
)
def test_malformed_findings_are_refused_with_the_path_of_the_fault(findings, path):
    with pytest.raises(Malformed) as fault:
        score(FIVE_GOODS, findings)

    assert fault.value.path == path


def test_the_command_prints_the_result_as_json(tmp_path, capsys):
    findings = tmp_path / "findings.json"
    findings.write_text(json.dumps(perfect(FIVE_GOODS)))

    call_command("score_rubric", str(DATA / "rubric-five-goods.json"), str(findings))

    assert json.loads(capsys.readouterr().out)["total"] == "100"


@pytest.mark.parametrize("content", ["{", "[1]", "\xff", '{"total": NaN}', "9" * 5000])
def test_the_command_refuses_what_is_no_rubric(content, tmp_path):
    rubric_file, findings = tmp_path / "r.json", tmp_path / "f.json"
    rubric_file.write_text(content, "latin-1")
    findings.write_text("{}")

    with pytest.raises(CommandError, match="rubric"):
        call_command("score_rubric", str(rubric_file), str(findings))


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ('{"total": "100", "total": "10"}', "rubric：total"),
        ('{"name": "\\ud800"}', "rubric.name"),
        ('{"dimensions": [{"code": "\\u0000"}]}', r"rubric.dimensions\[0\].code"),
    ],
)
def test_a_fault_of_the_file_itself_is_told_with_its_place(content, path, tmp_path):
    rubric_file, findings = tmp_path / "r.json", tmp_path / "f.json"
    rubric_file.write_text(content)
    findings.write_text("{}")

    with pytest.raises(CommandError, match=path):
        call_command("score_rubric", str(rubric_file), str(findings))


weights = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 40)), min_size=1, max_size=8).map(
    lambda pairs: [(most, min(got, most)) for most, got in pairs]
)


@settings(max_examples=150)
@given(weights, st.integers(1, 40), st.sampled_from(["30", "60", "90", "100", "120"]))
def test_re_basing_keeps_ratios_exactly(pairs, left_out, total):
    """A line that does not apply changes nothing, whatever its maximum; half a cent goes up."""
    lines = [
        criterion(f"c{n}", str(most), {"type": "manual", "key": "k"})
        for n, (most, _) in enumerate(pairs)
    ]
    found = {f"c{n}": {"k": got} for n, (_, got) in enumerate(pairs)}
    alone = score(rubric(*lines, total=total), {"criteria": found})
    beside = score(
        rubric(*lines, criterion("z", str(left_out)), total=total),
        {"criteria": found | {"z": "n/a"}},
    )

    got, most = sum(g for _, g in pairs), sum(m for m, _ in pairs)
    hundredths = (2 * got * int(total) * 100 + most) // (2 * most)  # half up, in whole numbers
    assert alone["base"] == beside["base"]
    assert Decimal(alone["base"]) == Decimal(hundredths) / 100


def test_a_third_of_the_points_is_rounded_as_it_stands_on_paper():
    """1 ÷ 3 × 0.015 is half a cent exactly; dividing first would lose it."""
    whole = rubric(criterion("a", "3", {"type": "manual", "key": "k"}), total="0.015")

    assert score(whole, {"criteria": {"a": {"k": 1}}})["base"] == "0.01"


def test_the_module_knows_no_django():
    for name in ("scoring.py", "scoring_input.py"):
        assert "django" not in (DATA.parent / name).read_text().lower().replace("no django", "")
