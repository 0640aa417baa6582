"""Celery's task, with the id of the request that asked for it."""

from typing import Any

from celery import Task

from portal.kernel import logs

HEADER = "portal_request"


class TracedTask(Task):
    """What a page asks for carries its id along; what beat asks for gets one of its own."""

    def apply_async(self, *args: Any, headers: dict[str, Any] | None = None, **options: Any) -> Any:
        carried = {HEADER: logs.current(), **(headers or {})}
        return super().apply_async(*args, headers=carried, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        told = (self.request.headers or {}).get(HEADER) or getattr(self.request, HEADER, "")
        with logs.asking(logs.believed(told or logs.current())), logs.watching_queries():
            return super().__call__(*args, **kwargs)
