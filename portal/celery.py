"""Background work: ``celery -A portal worker`` and ``celery -A portal beat``."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
# tasks.py lies below services and only prints or sends; schedule.py lies above and calls them.
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="schedule")
