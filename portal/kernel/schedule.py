"""What Celery beat asks of the ground floor."""

from celery import shared_task

from portal.kernel import jobs


@shared_task
def requeue_lost_jobs() -> int:
    """Each minute: jobs whose worker died, or whose message never left, are sent again."""
    return jobs.requeue_lost()
