"""From points to titles: frozen, shown to everybody, objections heard; then a name may be given."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from evaluations.choices import AppraisalState, CampaignState, ObjectionState
from evaluations.models import Appraisal, Campaign, Objection
from evaluations.workflow import APPRAISAL, CAMPAIGN, OBJECTION
from portal.kernel import audit
from portal.kernel.calendar import date_cn
from portal.kernel.errors import Refused

ON_ITS_WAY = {AppraisalState.SUBMITTED, AppraisalState.OFFICE_DONE}


@transaction.atomic
def freeze(campaign: Campaign, *, by: Any) -> None:
    """No points change from here on. Who handed nothing in takes no part this year."""
    waiting = campaign.appraisals.filter(state__in=ON_ITS_WAY).order_by("unit__path")
    names = list(waiting.values_list("unit__name", flat=True)[:6])
    if names:
        raise Refused(f"还有交了自评、没有复评完的：{'、'.join(names)}。先评完或者退回，再定分")
    if not campaign.appraisals.filter(state=AppraisalState.DECIDED).exists():
        raise Refused("还没有一家复评完，现在没有分可定")
    CAMPAIGN.advance(campaign, "freeze", by=by)


def unfreeze(campaign: Campaign, *, note: str, by: Any) -> None:
    CAMPAIGN.advance(campaign, "unfreeze", by=by, note=note)


def publish(campaign: Campaign, *, start: date, until: date, by: Any) -> None:
    """Show the results to every unit of the city, `until` included."""
    if until < start:
        raise Refused(f"公示到哪一天，不能早于{date_cn(start)}")
    CAMPAIGN.advance(campaign, "publish", by=by, public_from=start, public_until=until)


def close(campaign: Campaign, *, by: Any) -> None:
    if campaign.appraisals.filter(state=AppraisalState.OFFICE_DONE).exists():
        raise Refused("还有因异议重新复评的单位，评完再结束")
    CAMPAIGN.advance(campaign, "close", by=by)


@transaction.atomic
def object_to(appraisal: Appraisal, *, told_by: str, words: str, by: Any) -> Objection:
    if appraisal.campaign.state != CampaignState.PUBLIC:
        raise Refused("现在不在公示期，不能提异议")
    with audit.acting("objection.noted", by=by):
        made = Objection.objects.create(
            appraisal=appraisal, told_by=told_by.strip(), words=words.strip(), noted_by=by
        )
    audit.record("objection.noted", made, by=by)
    return made


@transaction.atomic
def answer(objection: Objection, *, state: str, words: str, by: Any) -> None:
    """Right or not, in words. Where it was right the bureau gives its column again."""
    OBJECTION.advance(
        objection, state, by=by, note=words, answer=words.strip(), answered_by=by,
        answered_at=timezone.now(),
    )  # fmt: skip
    if state == ObjectionState.UPHELD:
        appraisal = objection.appraisal
        if appraisal.state == AppraisalState.DECIDED:
            APPRAISAL.advance(appraisal, "reconsider", by=by, note=words)


def check_heard(campaign: Campaign, *, on: date) -> None:
    """Refuse a naming before the publicity has run out and everything said was answered."""
    if campaign.state != CampaignState.PUBLIC or campaign.public_until is None:
        raise Refused("命名以前先定分、公示")
    if on <= campaign.public_until:
        raise Refused(f"公示到{date_cn(campaign.public_until)}，过了这一天再命名")
    waiting = Objection.objects.filter(
        appraisal__campaign=campaign, state=ObjectionState.WAITING
    ).count()
    if waiting:
        raise Refused(f"还有 {waiting} 条异议没有答复，答复了再命名")
    again = campaign.appraisals.filter(state=AppraisalState.OFFICE_DONE).count()
    if again:
        raise Refused(f"还有 {again} 家因异议重新复评，评完再命名")
