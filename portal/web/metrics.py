"""Numbers for Prometheus: requests as each process counts them, queues as the tables have them.

The processes of one machine add up through files in METRICS_DIR. Nothing here names a person or a
unit: pages are named by their route, jobs by their kind.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from redis import Redis
from redis.exceptions import RedisError

from portal.kernel.models import Job, Message

# Below 100 ms a page is as it should be; above 10 s somebody pressed the button again.
BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

# Kept out of the global registry: a scrape reads what all processes wrote, not this one alone.
_own = CollectorRegistry()
REQUESTS = Counter(
    "portal_requests", "Requests answered", ["method", "page", "status"], registry=_own
)
SECONDS = Histogram(
    "portal_request_seconds", "Time to the answer", ["page"], buckets=BUCKETS, registry=_own
)


def count(*, method: str, page: str, status: int, seconds: float) -> None:
    """One request, where anybody asks for the numbers at all."""
    if settings.METRICS_TOKEN:
        known = method if method in {"GET", "POST", "HEAD"} else "other"
        REQUESTS.labels(known, page, str(status)).inc()
        SECONDS.labels(page).observe(seconds)


def exposition() -> bytes:
    """Everything as text of Prometheus; what is away shows as `portal_up` 0, never as an error."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(settings.METRICS_DIR))
    registry.register(Queues())
    return generate_latest(registry)


class Queues(Collector):
    """What waits, asked of the database and the broker at each scrape."""

    def collect(self) -> Iterator[Any]:
        up = GaugeMetricFamily("portal_up", "1 while this part answers", labels=["part"])
        for part, ask in (("database", _database), ("broker", _broker)):
            try:
                found = list(ask())
            except (DatabaseError, RedisError, OSError):
                found = []
            up.add_metric([part], 1 if found else 0)
            yield from found
        yield up


def _database() -> Iterator[Any]:
    jobs = GaugeMetricFamily("portal_jobs", "Jobs by kind and state", labels=["kind", "state"])
    rows = Job.objects.values_list("kind", "state").annotate(n=Count("pk")).order_by("kind")
    for kind, state, n in rows:
        jobs.add_metric([kind, state], n)
    yield jobs
    oldest = Job.objects.filter(state="queued").aggregate(at=Min("created_at"))["at"]
    waited = (timezone.now() - oldest).total_seconds() if oldest else 0
    yield GaugeMetricFamily("portal_job_oldest_seconds", "Age of the oldest waiting job", waited)
    unsent = Message.objects.filter(sent_at=None).exclude(subject="").count()
    yield GaugeMetricFamily("portal_messages_unsent", "Messages not sent yet", unsent)


def _broker() -> Iterator[Any]:
    broker = Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
    try:
        length = broker.llen(settings.CELERY_TASK_DEFAULT_QUEUE)
    finally:
        broker.close()
    yield GaugeMetricFamily("portal_queue_length", "Tasks the broker holds", int(str(length)))
