"""Background work that needs the services: it stands above them, unlike tasks.py."""

from celery import shared_task
from django.utils import timezone

from activities.models import RuleChange
from activities.services import appointments, lectures, obligations, partners, rules, silence
from committees.models import ObligationSet
from portal.kernel import calendar
from portal.kernel.jobs import Outcome, Progress, handles


@handles(obligations.FORCE)
def put_in_force(progress: Progress) -> Outcome:
    """All or nothing: stopped on the way, the draft is a draft still."""
    found = ObligationSet.objects.select_related("city")
    drafted = found.get(pk=progress.arguments["set"])
    count = obligations.put_in_force(
        drafted,
        say=lambda done, total: progress.say(done, total, f"正在重新计入，{done}/{total} 条"),
        by=progress.job.owner,
    )
    return Outcome(result={"records": count}, message=f"{drafted}生效了，{count} 条记录已按它计入")


@handles(rules.APPLY)
def apply_rule_change(progress: Progress) -> Outcome:
    """All or nothing, as a set put in force."""
    change = RuleChange.objects.get(pk=progress.arguments["change"])
    count = rules.apply_change(
        change,
        say=lambda done, total: progress.say(done, total, f"正在重新计入，{done}/{total} 条"),
        by=progress.job.owner,
    )
    return Outcome(result={"records": count}, message=f"规则改好了，{count} 条记录已按它计入")


@shared_task
def expire_invitations() -> int:
    """Each hour: times held for a mentor who has not answered go to the next suggestion."""
    return lectures.expire_unanswered(now=timezone.now())


@shared_task
def notice_expiring_appointments() -> int:
    """Each morning: issuers learn, once, of appointments that end within 60 days."""
    return appointments.notice_expiring(on=calendar.today(), now=timezone.now())


@shared_task
def notice_expiring_agreements() -> int:
    """Each morning: units learn, once, of agreements with partners that end within 60 days."""
    return partners.notice_expiring(on=calendar.today(), now=timezone.now())


@shared_task
def accept_by_silence() -> int:
    """Each morning: tell of last days, accept what nobody answered; nothing on days off."""
    return silence.go_round(on=calendar.today()).accepted
