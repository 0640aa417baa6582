"""Ready drafts: how other places put what 党建带关建 asks, as data a bureau starts from.

Wordings of places are public (the sources stand in `basis`); days, and which kind of record shows
an item, are a proposal of this portal. Everything stays editable until the set is in force.
"""

from dataclasses import dataclass

from committees.services.obligations import THREE_TOGETHERS_THREE_ONES, ItemData

Rules = dict[str, list[tuple[str, list[str]]]]  # item code → kinds of record with their fields


@dataclass(frozen=True, slots=True)
class CitySet:
    """One set to choose from: `label` and `lead` on the card, the rest goes into the draft."""

    key: str
    label: str
    lead: str
    name: str
    basis: str
    items: list[ItemData]
    rules: Rules


def _flag(group: str, code: str, name: str, text: str, due: tuple[int, int]) -> ItemData:
    return {"group": group, "code": code, "name": name, "text": text, "kind": "flag",
            "min_count": 1, "due": due}  # fmt: skip


def _shown_by(**kinds: str) -> Rules:
    return {code: [(slug, ["minutes"])] for code, slug in kinds.items()}


# Which kind of record discharges which item of the seed city's set.
STANDARD_RULES = _shown_by(
    study_together="party_study",
    deploy_together="party_deploy",
    assess_together="party_assess",
    report_heard="report_heard",
    training="training",
    promotion_meeting="promotion_meeting",
)

STANDARD = CitySet(
    key="standard",
    label="三个同、三个一",
    lead="同研究、同部署、同考核；每年听取一次汇报、组织一次学习培训、召开一次推进会",
    name="“三个同”“三个一”",
    basis="",
    items=THREE_TOGETHERS_THREE_ONES,
    rules=STANDARD_RULES,
)

FOUR_INCLUDED = [
    _flag("四纳入", "in_agenda", "议事日程", "关工委工作纳入党组织议事日程", (3, 31)),
    _flag("四纳入", "in_layout", "总体布局", "关工委工作纳入本单位工作总体布局", (3, 31)),
    _flag("四纳入", "in_civility", "文明规划", "关工委工作纳入精神文明建设总体规划", (6, 30)),
    _flag("四纳入", "in_appraisal", "年终考核", "关工委工作纳入年终考核", (12, 20)),
]
FOUR_INCLUDED_RULES = _shown_by(
    in_agenda="party_study",
    in_layout="party_deploy",
    in_civility="party_deploy",
    in_appraisal="party_assess",
)

TWICE = CitySet(
    key="heard_twice",
    label="三个同、三个一，汇报一年听两次",
    lead="同标准的一套，只是每年听取两次关工委工作汇报",
    name="“三个同”“三个一”（汇报两次）",
    basis="有的地方目标考核细则要求每年听取关工委汇报两次以上",
    items=[
        item | {"min_count": 2, "text": "每年至少听取两次关工委工作汇报"}
        if item["code"] == "report_heard"
        else item
        for item in THREE_TOGETHERS_THREE_ONES
    ],
    rules=STANDARD_RULES,
)

GANSU = CitySet(
    key="four_included_unified_ensured",
    label="四纳入、四统一、四到位",
    lead="纳入议事日程、总体布局、文明规划、年终考核；统一谋划、部署、检查、考核；认识、责任、协调、支持到位",
    name="“四纳入”“四统一”“四到位”",
    basis="参照甘肃省关于党建带关建的实施意见（中国关工委网站刊载），条目照本地文件改",
    items=[
        *FOUR_INCLUDED,
        _flag("四统一", "plan_unified", "统一谋划", "党建与关工委工作统一谋划", (3, 31)),
        _flag("四统一", "deploy_unified", "统一部署", "党建与关工委工作统一部署", (3, 31)),
        _flag("四统一", "inspect_unified", "统一检查", "党建与关工委工作统一检查", (9, 30)),
        _flag("四统一", "assess_unified", "统一考核", "党建与关工委工作统一考核", (12, 20)),
        _flag("四到位", "minds_ensured", "思想认识", "组织学习，思想认识到位", (9, 30)),
        _flag("四到位", "duties_ensured", "责任落实", "明确分工，责任落实到位", (6, 30)),
        _flag("四到位", "working_ensured", "组织协调", "召开推进会，组织协调到位", (11, 30)),
        _flag("四到位", "support_ensured", "关心支持", "听取汇报、解决困难，支持到位", (11, 30)),
    ],
    rules=FOUR_INCLUDED_RULES
    | _shown_by(
        plan_unified="party_study",
        deploy_unified="party_deploy",
        inspect_unified="party_assess",
        assess_unified="party_assess",
        minds_ensured="training",
        duties_ensured="party_deploy",
        working_ensured="promotion_meeting",
        support_ensured="report_heard",
    ),
)  # fmt: skip

FOUR_AND_FIVE = CitySet(
    key="four_included_five_together",
    label="四纳入、五同时",
    lead="纳入议事日程、总体布局、文明规划、年终考核；谋划、部署、推进、检查、考核同时进行",
    name="“四纳入”“五同时”",
    basis="“四纳入、五同时”是贵州习水等地的提法，各地条目不尽相同，条目照本地文件改",
    items=[
        *FOUR_INCLUDED,
        _flag("五同时", "plan_same_time", "同时谋划", "与党建工作同时谋划", (3, 31)),
        _flag("五同时", "deploy_same_time", "同时部署", "与党建工作同时部署", (3, 31)),
        _flag("五同时", "advance_same_time", "同时推进", "与党建工作同时推进", (11, 30)),
        _flag("五同时", "inspect_same_time", "同时检查", "与党建工作同时检查", (9, 30)),
        _flag("五同时", "assess_same_time", "同时考核", "与党建工作同时考核", (12, 20)),
    ],
    rules=FOUR_INCLUDED_RULES
    | _shown_by(
        plan_same_time="party_study",
        deploy_same_time="party_deploy",
        advance_same_time="promotion_meeting",
        inspect_same_time="party_assess",
        assess_same_time="party_assess",
    ),
)

FIVE_LED = CitySet(
    key="five_led",
    label="五带（党建带关建）",
    lead="带思想、带组织、带队伍、带阵地、带作风",
    name="党建带关建“五带”",
    basis="“五带”各地说法不一，没有统一文件，条目照本地文件改",
    items=[
        _flag("五带", "lead_thought", "带思想", "组织关工同志学习培训", (9, 30)),
        _flag("五带", "lead_organising", "带组织", "党组织部署关工委工作", (3, 31)),
        _flag("五带", "lead_team", "带队伍", "召开全体成员会，充实队伍", (6, 30)),
        _flag("五带", "lead_places", "带阵地", "与社区、基地等共建阵地", (11, 30)),
        _flag("五带", "lead_style", "带作风", "走访、慰问、结对关爱", (11, 30)),
    ],
    rules=_shown_by(
        lead_thought="training",
        lead_organising="party_deploy",
        lead_team="full_meeting",
        lead_places="partnership",
        lead_style="care",
    ),
)

SETS: dict[str, CitySet] = {
    each.key: each for each in (STANDARD, TWICE, GANSU, FOUR_AND_FIVE, FIVE_LED)
}
