"""Official papers on each step of their way, walked there by the services."""

from datetime import date
from typing import Any

from evaluations.models import OfficialPaper
from evaluations.services import papers
from evaluations.tasks import issue_paper
from tests.personas import World

TODAY = date(2023, 3, 1)
BODY = (
    "根据年度工作要点，现就开展读书活动有关事项通知如下。\n"
    "一、活动主题\n"
    "（一）读好书。各校组织学生每天阅读半小时。\n"
    "请各单位认真组织，按时报送材料。"
)


def written(**fields: Any) -> dict[str, Any]:
    return {
        "kind": "notice",
        "title": "关于开展读书活动的通知",
        "code": "云教关工委",
        "audience": "all",
        "addressees": "各教办，各学校、幼儿园关工委",
        "body": BODY,
        "copy_to": "市关工委",
        "copies": 60,
    } | fields


def draft(city: World, **fields: Any) -> OfficialPaper:
    chosen = fields.pop("chosen", [])
    return papers.draft(city.bureau, fields=written(**fields), chosen=chosen, by=city.bureau_staff)


def submitted(city: World, **fields: Any) -> OfficialPaper:
    paper = draft(city, **fields)
    papers.submit(paper, by=city.bureau_staff)
    return paper


def issued(city: World, *, on: date = TODAY, **fields: Any) -> OfficialPaper:
    """Printed and sent; with the test settings its job has run when `sign` returns."""
    paper = submitted(city, **fields)
    papers.sign(paper, on=on, by=city.bureau_leader)
    return issue_paper(paper.pk, by=city.bureau_leader)
