"""How the pages and the command name what an import counts and finds."""

from typing import Any

from committees.models import ImportRun
from portal.kernel.findings import FindingGroup, Severity, grouped
from portal.web.roster_import.runs import findings_of

COUNTS = {
    "offices": "教办",
    "schools": "中小学",
    "kindergartens": "幼儿园",
    "students": "学生（幼儿）人数",
    "school_committees": "已成立关工委的学校",
    "people": "五老名册人员",
    "activities": "活动记录",
    "mentors": "关爱导师",
    "partners": "合作伙伴",
    "duplicates": "重复的行",
    "bad_rows": "没有导入的行",
}
NOUNS = {
    "offices": "教办",
    "units": "学校和幼儿园",
    "committees": "关工委",
    "people": "人员",
    "activities": "活动记录",
    "mentors": "关爱导师",
    "partners": "合作伙伴",
}
ONLY_IF_ANY = {"mentors", "partners"}  # kinds of sheets that most files do not have
_TITLES = {
    "duplicate": "重复的行",
    "unit_unknown": "单位对不上",
    "name_taken": "单位同名",
    "code_taken": "单位代码重复",
    "code_and_name_differ": "代码和名称不是同一家",
    "kind_differs": "学校和幼儿园写混了",
    "office_is_no_office": "所属教办不是教办",
    "held_in_future": "日期还没有到",
    "two_holders": "同一职务写了两个人",
    "no_committee_for_post": "人员所在单位还没有关工委",
    "central_without_committee": "挂靠的中心园自己没有关工委",
    "central_missing": "没有找到可挂靠的中心园",
    "served_already": "已由别的关工委覆盖",
    "committee_stands": "系统里已有关工委，表里写没有成立",
    "established_undated": "成立了但没有成立时间",
    "dated_not_established": "有成立时间但没有写已成立",
    "office_carried": "没有写教办，按上一行记",
    "office_differs": "主管教办与现在登记的不同",
    "renamed": "按代码改了名称",
    "kind_unknown": "活动类别对不上",
    "logged_already": "已有人记过的活动",
    "mentor_left": "已经退出的导师",
    "topic_unknown": "没有的专题",
    "partner_in_doubt": "几个单位都登记了同一家",
    "sheet_skipped": "没有认出的工作表",
}
ROWS_SHOWN = 20


def title_of(group: FindingGroup) -> str:
    if group.code in _TITLES:
        return _TITLES[group.code]
    return "缺少要有的内容" if group.severity is Severity.REFUSED else "有的格子看不准"


def groups_of(run: ImportRun) -> list[dict[str, Any]]:
    """What the page lists: one entry a kind of remark, with its first rows."""
    return [
        {
            "title": title_of(group),
            "refused": group.severity is Severity.REFUSED,
            "count": len(group.findings),
            "shown": group.findings[:ROWS_SHOWN],
            "more": max(0, len(group.findings) - ROWS_SHOWN),
        }
        for group in grouped(findings_of(run))
    ]


def figures_of(run: ImportRun) -> list[dict[str, Any]]:
    accepted = run.counts.get("accepted", {})
    return [
        {"label": label, "value": accepted.get(name, 0)}
        for name, label in COUNTS.items()
        if name in accepted or name not in ONLY_IF_ANY
    ]


def verdicts_of(run: ImportRun) -> list[dict[str, Any]]:
    """New, updated and unchanged of each noun, with the names of the first new ones."""
    names = run.counts.get("names", {})
    return [
        {
            "label": NOUNS[noun],
            "names": names.get(noun, []),
            "more": max(0, counted["new"] - len(names.get(noun, []))),
            **counted,
        }
        for noun in NOUNS
        if (counted := run.counts.get("verdicts", {}).get(noun))
    ]
