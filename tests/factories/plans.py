"""Plans read from a small document, through the services."""

from typing import Any

from activities.imports.work_points import read_work_points
from activities.models import WorkPlan
from activities.services import plans
from committees.models import Unit

DOCUMENT = """云河市教育局关工委2023年工作要点
一、指导思想
坚持立德树人，服务大局。
二、重点工作
（一）抓学习
1.开展学习培训。各教办、各学校（幼儿园）每年至少组织一次专题学习培训。
2.听取汇报。各学校党组织6月底前要听取一次关工委工作汇报。
（二）抓队伍
3.编印简报。市教育局关工委编印简报4期。
4.慰问老同志。开展走访慰问活动。
"""


def draft(city: Unit, *, by: Any, text: str = DOCUMENT, year: int = 2023) -> WorkPlan:
    reading = read_work_points(text.encode(), "要点.txt")
    return plans.draft_plan(city, reading=reading, year=year, source_name="要点.txt", by=by)


def published(city: Unit, *, by: Any, text: str = DOCUMENT, year: int = 2023) -> WorkPlan:
    made = draft(city, by=by, text=text, year=year)
    plans.publish_plan(made, by=by)
    return made
