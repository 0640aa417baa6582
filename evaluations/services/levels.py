"""抓两头促中间: coaching noted down, units put forward to the level above within the quota."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from committees.models import Unit
from evaluations.choices import AppraisalState, RecommendationState
from evaluations.models import Appraisal, Coaching, Recommendation, UpperList
from evaluations.workflow import RECOMMENDATION
from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.kernel.refusals import speaking_for

FINAL = {AppraisalState.DECIDED, AppraisalState.NAMED}


@transaction.atomic
def coach(appraisal: Appraisal, *, day: date, who: str, words: str, by: Any) -> Coaching:
    with audit.acting("coaching.noted", by=by):
        made = Coaching.objects.create(
            appraisal=appraisal, day=day, who=who.strip(), words=words.strip(), written_by=by
        )
    audit.record("coaching.noted", appraisal, by=by, note=words)
    return made


@transaction.atomic
def open_list(
    city: Unit, *, year: int, level: str, target: int, quota: int | None, least: Decimal, by: Any
) -> UpperList:
    with audit.acting("upper_list.opened", by=by), speaking_for(UpperList):
        made = UpperList.objects.create(
            city=city, year=year, level=level.strip(), target=target, quota=quota, least=least
        )
    audit.record("upper_list.opened", made, by=by)
    return made


@transaction.atomic
def recommend(upper: UpperList, appraisal: Appraisal, *, words: str, by: Any) -> Recommendation:
    """Put a decided unit forward; the quota is counted under a lock."""
    held = UpperList.objects.select_for_update().get(pk=upper.pk)
    if appraisal.campaign.city_id != held.city_id or appraisal.campaign.year != held.year:
        raise Refused("这家单位不在这一年本市的创建活动里")
    if appraisal.state not in FINAL or appraisal.city_total is None:
        raise Refused("复评完了才能推荐")
    if appraisal.city_total < held.least:
        raise Refused(f"推荐要 {held.least.normalize():f} 分以上，这家复评低于这个分")
    standing = held.recommendations.exclude(state=RecommendationState.DROPPED).count()
    if held.quota is not None and standing >= held.quota:
        raise Refused(f"名额 {held.quota} 个已经用完；要换一家，先把名单上的一家记成未入选")
    with audit.acting("recommendation.made", by=by), speaking_for(Recommendation):
        made = Recommendation.objects.create(
            upper=held, appraisal=appraisal, words=words.strip(), written_by=by
        )
    audit.record("recommendation.made", made, by=by)
    return made


@transaction.atomic
def step(recommendation: Recommendation, *, state: str, by: Any) -> None:
    """上报, 记命名, 记未入选, 重新推荐 (which takes a place of the quota again)."""
    upper = UpperList.objects.select_for_update().get(pk=recommendation.upper_id)
    standing = upper.recommendations.exclude(state=RecommendationState.DROPPED).count()
    again = state == RecommendationState.PROPOSED
    if again and upper.quota is not None and standing >= upper.quota:
        raise Refused(f"名额 {upper.quota} 个已经用完，不能再推荐")
    RECOMMENDATION.advance(recommendation, state, by=by)
