"""Background work: ``celery -A portal worker`` and ``celery -A portal beat``."""

import os
import signal

from celery import Celery
from celery.signals import worker_process_init

from portal.stack.keeper import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
# tasks.py lies below services and only prints or sends; schedule.py lies above and calls them.
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="schedule")


@worker_process_init.connect
def follow_the_worker(**_: object) -> None:
    """A pool process ends with its worker, even with one that was killed; the job runs anew."""
    end_with_parent(signal.SIGKILL)
