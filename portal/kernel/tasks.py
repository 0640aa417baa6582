"""The one Celery task that runs jobs."""

from celery import shared_task

from portal.kernel import jobs


@shared_task(acks_late=True, reject_on_worker_lost=True)
def run_job(job_id: int) -> None:
    jobs.run(job_id)
