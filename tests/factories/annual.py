"""Yearly bulletins, walked to their state by the services."""

from datetime import date, datetime

from django.utils import timezone

from committees.models import Unit
from evaluations.choices import AnnualSection
from evaluations.models import AnnualBulletin, AnnualRound
from evaluations.services import annual
from tests.personas import YEAR, World

DUE = date(2023, 12, 15)
TEXTS = {
    AnnualSection.TEAM: "班子配齐了，三位老同志各管一摊。",
    AnnualSection.MAIN_WORK: "一、办好规定的事\n推进会三月开过。\n二、办好自己的事\n讲了十二场。",
    AnnualSection.HIGHLIGHTS: "老校长每周三在图书角等孩子来借书。",
    AnnualSection.INNOVATION: "和社区合办了假日小课堂。",
    AnnualSection.ROLE_MODELS: "陈老师义务修了三十年的钟。",
}


def asked(city: World, **fields: object) -> AnnualRound:
    given = {
        "due_on": DUE, "office_reads": False, "grades": ["优秀", "良好", "合格", "内容不足"],
        "missing_grade": "内容不足",
    } | fields  # fmt: skip
    return annual.set_round(city.bureau, year=YEAR, by=city.bureau_staff, **given)


def written(city: World, unit: Unit | None = None, **texts: str) -> AnnualBulletin:
    """A draft with words in every section."""
    made = annual.start(unit or city.school, year=YEAR, on=DUE, by=city.school_secretary)
    annual.save(made, texts=TEXTS | texts, version=1, by=city.school_secretary)
    return made


def handed_in(
    city: World, unit: Unit | None = None, *, on: date = DUE, **texts: str
) -> AnnualBulletin:
    made = written(city, unit, **texts)
    annual.submit(made, by=city.school_secretary)
    came = timezone.make_aware(datetime(on.year, on.month, on.day, 9))
    AnnualBulletin.objects.filter(pk=made.pk).update(first_submitted_at=came, submitted_at=came)
    made.refresh_from_db()
    return made


def appraised(
    city: World, unit: Unit | None = None, *, grade: str = "优秀", **texts: str
) -> AnnualBulletin:
    made = handed_in(city, unit, **texts)
    found = dict.fromkeys(AnnualSection, (grade, "写得实在"))
    annual.appraise(made, found=found, word="继续做下去", by=city.bureau_staff)
    return made
