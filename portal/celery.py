"""Background work: ``celery -A portal worker`` and ``celery -A portal beat``."""

import logging
import logging.config
import os
import signal

from celery import Celery
from celery.signals import setup_logging, worker_process_init
from django.conf import settings

from portal.stack.keeper import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal", task_cls="portal.kernel.traced:TracedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
# tasks.py lies below services and only prints or sends; schedule.py lies above and calls them.
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="schedule")


@worker_process_init.connect
def follow_the_worker(**_: object) -> None:
    """A pool process ends with its worker, even with one that was killed; the job runs anew."""
    end_with_parent(signal.SIGKILL)


@setup_logging.connect
def log_as_the_web_does(loglevel: int | str = "INFO", **_: object) -> None:
    """One manner of lines for every process; Celery's own would print what tasks were told."""
    logging.config.dictConfig(settings.LOGGING)
    logging.getLogger("celery").setLevel(loglevel)
