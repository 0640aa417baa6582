"""聘任: appointed under the next number, renewed for another term, ended before its time."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from activities import notices, tasks
from activities.choices import MentorRole
from activities.models import Appointment, Mentor
from committees.models import Unit
from portal.kernel import audit, counters, jobs
from portal.kernel.calendar import date_cn
from portal.kernel.errors import Refused
from portal.kernel.models import Job
from portal.kernel.ranges import between
from portal.kernel.refusals import speaking_for

MOST_LETTERS = 500  # one job, one file to print


@transaction.atomic
def appoint(
    mentor: Mentor,
    unit: Unit,
    *,
    issuer: Unit,
    role: MentorRole,
    first: date,
    last: date,
    by: Any,
) -> Appointment:
    """Appoint for `first` to `last`, both included, under the issuer's next number."""
    if last <= first:
        raise Refused("聘期最后一天要在第一天以后，请核对日期")
    if mentor.left_on is not None:
        raise Refused(f"{mentor}已经退出导师队伍，请先重新登记")
    with speaking_for(Appointment), audit.acting("appointment.made", by=by):
        made = Appointment.objects.create(
            mentor=mentor,
            unit=unit,
            home=mentor.person.unit,
            issuer=issuer,
            role=role,
            period=between(first, last + timedelta(days=1)),
            year=first.year,
            serial=counters.take(f"appointment:{issuer.pk}:{first.year}"),
            created_by=by,
        )
    audit.record("appointment.made", made, by=by, note=made.number)
    return made


@transaction.atomic
def appoint_many(
    mentors: Iterable[Mentor],
    *,
    unit: Unit,
    issuer: Unit,
    role: MentorRole,
    first: date,
    years: int,
    by: Any,
) -> list[Appointment]:
    """Appoint several mentors to one unit for whole years: all of them, or nobody."""
    last = _years_later(first, years) - timedelta(days=1)
    return [
        appoint(mentor, unit, issuer=issuer, role=role, first=first, last=last, by=by)
        for mentor in mentors
    ]


@transaction.atomic
def renew(appointments: Iterable[Appointment], *, years: int, by: Any) -> list[Appointment]:
    """续聘: the same mentor, unit and role again, from the day after the old term ends."""
    made = []
    for old in sorted(appointments, key=lambda appointment: appointment.pk):
        first = old.last_day + timedelta(days=1)
        made.append(
            appoint(
                old.mentor,
                old.unit,
                issuer=old.issuer,
                role=MentorRole(old.role),
                first=first,
                last=_years_later(first, years) - timedelta(days=1),
                by=by,
            )
        )
    return made


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)


@transaction.atomic
def end(appointment: Appointment, *, on: date, because: str, by: Any) -> None:
    """The appointment holds no longer from that day; the letter keeps its number."""
    it = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if not it.first_day < on <= it.last_day:
        raise Refused(
            f"日期要在聘期里：{date_cn(it.first_day + timedelta(days=1))}至{date_cn(it.last_day)}"
        )
    it.period, it.ended_because = between(it.first_day, on), because
    with audit.acting("appointment.ended", by=by):
        it.save(update_fields=["period", "ended_because"])
    audit.record("appointment.ended", it, by=by, note=it.get_ended_because_display())


@transaction.atomic
def correct_term(appointment: Appointment, *, first: date, last: date, by: Any) -> bool:
    """Set the days that were entered wrongly, both included; the number stays as it was given.

    One that was ended before its time stays as it ended. A new last day is told of anew.
    """
    it = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if it.ended_because:
        raise Refused(f"{it}已经提前结束，聘期不再改，要接着聘请另发聘书")
    if last <= first:
        raise Refused("聘期最后一天要在第一天以后，请核对日期")
    if first != it.first_day and first.year != it.year:
        raise Refused(f"聘书是{it.year}年的编号，聘期要从{it.year}年里的一天开始")
    if (first, last) == (it.first_day, it.last_day):
        return False
    it.period, it.noticed_at = between(first, last + timedelta(days=1)), None
    with speaking_for(Appointment), audit.acting("appointment.corrected", by=by):
        it.save(update_fields=["period", "noticed_at"])
    note = f"{it.number}：{date_cn(first)}至{date_cn(last)}"
    audit.record("appointment.corrected", it, by=by, note=note)
    return True


def print_letters(appointments: Iterable[Appointment], *, by: Any, return_url: str) -> Job:
    """Queue the letters as one PDF, in the order of their numbers."""
    pks = sorted(appointment.pk for appointment in appointments)
    if not pks:
        raise Refused("先勾选要打印的聘书")
    if len(pks) > MOST_LETTERS:
        raise Refused(f"一次最多打印 {MOST_LETTERS} 份，请分几次选")
    return jobs.start(
        tasks.LETTERS,
        key=tasks.letters_key(pks),
        title=f"打印聘书 {len(pks)} 份",
        by=by,
        arguments={"appointments": pks},
        return_url=return_url,
        again=True,
    )


@transaction.atomic
def notice_expiring(*, on: date, now: datetime, by: Any = None) -> int:
    """Tell each issuer once of every appointment that ends within 60 days; return how many."""
    soon = list(
        Appointment.objects.expiring(on)
        .filter(noticed_at=None)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("issuer")
    )
    by_issuer: dict[Unit, int] = {}
    for appointment in soon:
        by_issuer[appointment.issuer] = by_issuer.get(appointment.issuer, 0) + 1
    for issuer, count in by_issuer.items():
        notices.tell_issuer(issuer, f"有 {count} 份聘任 60 天内到期，看看要不要续聘")
    with audit.acting("appointment.noticed", by=by):
        Appointment.objects.filter(pk__in=[it.pk for it in soon]).update(noticed_at=now)
    return len(soon)
