"""A campaign: prepared, opened for the units it appraises, closed; titles named and rechecked."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from committees.models import Unit
from evaluations.choices import (
    AppraisalState,
    Asking,
    CampaignState,
    RubricState,
    TitleState,
    Way,
)
from evaluations.models import Appraisal, Campaign, Rubric, Title, VisitMark
from evaluations.services import publicity
from evaluations.visits import sample, stratified
from evaluations.workflow import APPRAISAL, CAMPAIGN, TITLE
from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.kernel.refusals import speaking_for

DRAWN = {Asking.SAMPLE, Asking.STRATA}


@transaction.atomic
def prepare(
    city: Unit, *, year: int, name: str, rubric: Rubric, days: Mapping[str, date], by: Any,
    asking: str = Asking.ALL, share: int | None = None, seed: str = "", way: str = Way.DESK,
) -> Campaign:  # fmt: skip
    """`days` holds self_due, office_due and city_due; a sample has a share and a seed."""
    if asking in DRAWN and (share is None or not seed.strip()):
        raise Refused("抽查要写明比例和抽签种子，谁都能照着重抽一遍")
    if rubric.state != RubricState.PUBLISHED:
        raise Refused("评分表还是草稿，先发布再用")
    if rubric.city_id != city.pk:
        raise Refused("这张评分表不是本市的")
    with audit.acting("campaign.prepared", by=by), speaking_for(Campaign):
        made = Campaign.objects.create(
            city=city,
            year=year,
            name=name,
            rubric=rubric,
            created_by=by,
            asking=asking,
            share=share if asking in DRAWN else None,
            seed=seed.strip() if asking in DRAWN else "",
            way=way,
            **days,
        )
    audit.record("campaign.prepared", made, by=by)
    return made


@transaction.atomic
def change_way(campaign: Campaign, *, way: str, by: Any) -> None:
    """Look in another way than first meant; teams and routes of the old way go with it."""
    held = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if held.state not in {CampaignState.PREPARING, CampaignState.OPEN}:
        raise Refused("这次创建已经定分，不再改怎么看")
    # A campaign on papers has no routes to lose; what an older one still holds stays.
    loses = way != held.way != Way.DESK
    if loses and VisitMark.objects.filter(visit__team__campaign=held).exists():
        raise Refused("已经有人打过分，不能再改怎么看")
    with audit.acting("campaign.way_changed", by=by):
        if loses:
            held.teams.all().delete()
        held.way = way
        held.save(update_fields=["way"])
    audit.record("campaign.way_changed", held, by=by, note=Way(way).label)
    campaign.refresh_from_db()


def chosen(campaign: Campaign, *, units: Sequence[Unit]) -> list[Unit]:
    """Whom the campaign asks of the units that could take part; the same ones each time."""
    if campaign.asking not in DRAWN or campaign.share is None:
        return [] if campaign.asking == Asking.INVITED else list(units)
    if campaign.asking == Asking.SAMPLE:
        drawn = sample([u.pk for u in units], share=campaign.share, seed=campaign.seed)
    else:
        ranked = _ranked(campaign, units)
        drawn = stratified(ranked, share=campaign.share, seed=campaign.seed)
    return [unit for unit in units if unit.pk in set(drawn)]


def _ranked(campaign: Campaign, units: Sequence[Unit]) -> list[int]:
    """Best first by last year's points; who has none stands at the end."""
    before = Appraisal.objects.filter(
        campaign__city=campaign.city_id, campaign__year=campaign.year - 1, city_total__isnull=False
    ).order_by("campaign", "unit__path")
    points = {unit: total or Decimal(0) for unit, total in before.values_list("unit", "city_total")}
    return sorted((u.pk for u in units), key=lambda pk: (-points.get(pk, Decimal(-1)), pk))


@transaction.atomic
def open_for(campaign: Campaign, *, units: list[Unit], by: Any) -> int:
    """Begin, with an empty appraisal for each unit; later calls add those that are missing."""
    asked = [unit for unit in units if unit.kind in campaign.rubric.unit_kinds]
    if not asked:
        raise Refused("没有可以参加的单位，请核对评分表评哪些单位")
    if campaign.state == CampaignState.PREPARING:
        CAMPAIGN.advance(campaign, "open", by=by)
    elif campaign.state == CampaignState.CLOSED:
        raise Refused("这次创建活动已经结束，不能再加单位")
    standing = set(campaign.appraisals.values_list("unit", flat=True))
    new = [Appraisal(campaign=campaign, unit=unit) for unit in asked if unit.pk not in standing]
    with audit.acting("campaign.units_added", by=by):
        Appraisal.objects.bulk_create(new)
    return len(new)


@transaction.atomic
def name_units(
    campaign: Campaign, *, grade: str, title: str, document: str, on: date, by: Any
) -> list[Title]:
    """Give the title to every decided unit of this grade that does not hold it yet."""
    publicity.check_heard(campaign, on=on)
    decided = campaign.appraisals.select_for_update().filter(
        state=AppraisalState.DECIDED, grade=grade
    )
    holding = set(
        Title.objects.filter(name=title)
        .exclude(state=TitleState.REVOKED)
        .values_list("unit", flat=True)
    )
    made = []
    for appraisal in decided.select_related("unit", "campaign"):
        APPRAISAL.advance(appraisal, "name", by=by)
        if appraisal.unit_id in holding:
            continue
        with audit.acting("title.named", by=by):
            made.append(
                Title.objects.create(
                    unit=appraisal.unit,
                    name=title,
                    appraisal=appraisal,
                    document=document,
                    named_on=on,
                )
            )
    if not made:
        raise Refused(
            f"没有复评为“{campaign.rubric.grade_name(grade)}”、又还没有“{title}”称号的单位"
        )
    audit.record("campaign.named", campaign, by=by, note=f"{title}：{len(made)} 家")
    return made


@transaction.atomic
def recheck(
    title: Title, *, state: str, on: date, note: str, mend_by: date | None, by: Any
) -> None:
    """年度复核 (公安县, domain.md 1.4): keep, warn with a day to mend by, or take away."""
    if title.state == TitleState.REVOKED:
        raise Refused("这个称号已经取消；重新达到标准的，请在新一次创建里再命名")
    if state != TitleState.KEPT and not note.strip():
        raise Refused("限期整改和取消称号都要写明原因")
    if state == TitleState.WARNED and mend_by is None:
        raise Refused("请写明整改到哪一天")
    until = mend_by if state == TitleState.WARNED else None
    TITLE.advance(title, state, by=by, note=note, checked_on=on, mend_by=until)
    with audit.acting("title.noted", by=by):
        Title.objects.filter(pk=title.pk).update(note=note.strip())
