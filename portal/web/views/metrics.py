"""/metrics, for the city's Prometheus and for nobody else."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from portal.web import metrics


@login_not_required
@never_cache
@require_safe
def scrape(request: HttpRequest) -> HttpResponse:
    """Without the token the page is not there, so that nobody learns that there is one."""
    wanted = settings.METRICS_TOKEN
    told = request.headers.get("Authorization", "")
    if not wanted or not constant_time_compare(told, f"Bearer {wanted}"):
        raise Http404
    return HttpResponse(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)
