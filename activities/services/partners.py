"""Partners from outside: entered, corrected, no longer worked with; and their agreements."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from activities import notices
from activities.models import Partner, PartnerAgreement
from committees.models import Unit
from portal.kernel import audit, files
from portal.kernel.errors import Refused
from portal.kernel.ranges import between
from portal.kernel.refusals import speaking_for


@transaction.atomic
def enter(unit: Unit, *, by: Any, **facts: Any) -> Partner:
    """Enter a partner that this unit keeps the contact with."""
    with speaking_for(Partner), audit.acting("partner.entered", by=by):
        partner = Partner.objects.create(unit=unit, created_by=by, **facts)
    audit.record("partner.entered", partner, by=by)
    return partner


@transaction.atomic
def correct(partner: Partner, *, by: Any, **facts: Any) -> bool:
    """Set what really changed; say whether anything did."""
    changed = [name for name, value in facts.items() if getattr(partner, name) != value]
    for name in changed:
        setattr(partner, name, facts[name])
    if changed:
        with speaking_for(Partner), audit.acting("partner.corrected", by=by):
            partner.save(update_fields=changed)
        audit.record("partner.corrected", partner, by=by)
    return bool(changed)


@transaction.atomic
def end(partner: Partner, *, on: date, by: Any) -> None:
    """The partner is offered no more from that day; its records and agreements stay."""
    with audit.acting("partner.ended", by=by):
        changed = Partner.objects.filter(pk=partner.pk, ended_on=None).update(ended_on=on)
    if not changed:
        raise Refused(f"和{partner}已经停止合作了，刷新页面看看")
    audit.record("partner.ended", partner, by=by)


@transaction.atomic
def resume(partner: Partner, *, by: Any) -> None:
    with audit.acting("partner.resumed", by=by):
        changed = Partner.objects.filter(pk=partner.pk).exclude(ended_on=None).update(ended_on=None)
    if not changed:
        raise Refused(f"和{partner}一直在合作，刷新页面看看")
    audit.record("partner.resumed", partner, by=by)


@transaction.atomic
def agree(
    partner: Partner,
    *,
    first: date,
    last: date,
    summary: str = "",
    upload: UploadedFile | None = None,
    by: Any,
) -> PartnerAgreement:
    """Keep an agreement for `first` to `last`, both included."""
    if last <= first:
        raise Refused("协议最后一天要在第一天以后，请核对日期")
    stored = files.store_document(upload) if upload is not None else None
    with speaking_for(PartnerAgreement), audit.acting("partner.agreed", by=by):
        made = PartnerAgreement.objects.create(
            partner=partner,
            period=between(first, last + timedelta(days=1)),
            summary=summary,
            document=stored,
            document_name=(upload.name or "协议")[:200] if upload is not None else "",
            created_by=by,
        )
    audit.record("partner.agreed", partner, by=by, note=str(made.first_day))
    return made


@transaction.atomic
def remove_agreement(agreement: PartnerAgreement, *, by: Any) -> None:
    """Take away an agreement entered by mistake; the history keeps that it stood here."""
    audit.record("partner.agreement_removed", agreement.partner, by=by)
    with audit.acting("partner.agreement_removed", by=by):
        agreement.delete()


def reveal_phone(partner: Partner, *, by: Any) -> str:
    """Return the telephone number and leave on record who looked at it."""
    audit.record("partner.phone_seen", partner, by=by)
    return partner.phone


@transaction.atomic
def notice_expiring(*, on: date, now: datetime, by: Any = None) -> int:
    """Tell each unit once of its agreements that end within 60 days; return how many."""
    soon = list(
        PartnerAgreement.objects.expiring(on)
        .filter(noticed_at=None)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("partner__unit")
    )
    by_unit: dict[Unit, list[PartnerAgreement]] = {}
    for agreement in soon:
        by_unit.setdefault(agreement.partner.unit, []).append(agreement)
    for unit, agreements in by_unit.items():
        names = "、".join(agreement.partner.name for agreement in agreements[:3])
        more = f"等 {len(agreements)} 份" if len(agreements) > 1 else ""
        notices.tell_partner_keepers(unit, f"和{names}{more}的协议 60 天内到期，看看要不要续签")
    with audit.acting("partner.agreement_noticed", by=by):
        PartnerAgreement.objects.filter(pk__in=[it.pk for it in soon]).update(noticed_at=now)
    return len(soon)
