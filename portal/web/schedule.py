"""What Celery beat asks of the pages: reminders in office hours, a backup at night."""

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from portal.kernel import calendar, messages
from portal.web import tasks
from portal.web.services import reminders, sessions


@shared_task
def remind_weekly() -> int:
    """Each hour of a working day: whoever was not told this week is told now."""
    now = timezone.now()
    reminders.remind_weekly(now=now)
    return messages.send_waiting(now=now)


@shared_task
def remind_urgently() -> int:
    """Each working morning: what is due within three days, once more at most."""
    now = timezone.now()
    reminders.remind_urgently(now=now)
    return messages.send_waiting(now=now)


@shared_task
def back_up() -> None:
    """Each night, asked several times: the day's one archive, unless it is made already."""
    tasks.start_backup(on=calendar.today())


@shared_task
def forget_sessions() -> int:
    """Each night: sign-ins that ran out are kept nowhere."""
    SessionStore.clear_expired()
    return sessions.forget_ended()
