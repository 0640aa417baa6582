"""One's own messages, week by week."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from portal.kernel.models import Notice
from tests.personas import World


def test_everybody_reads_their_own_messages_by_week(client: Client, city: World) -> None:
    now = timezone.now()
    for days, text in ((0, "这周来的"), (14, "两周前来的")):
        Notice.objects.create(
            user=city.school_secretary, text=text, created_at=now - timedelta(days=days)
        )
    Notice.objects.create(user=city.office_secretary, text="给别人的")
    client.force_login(city.school_secretary)

    page = client.get("/notices/")

    weeks = [[one.text for one, _ in week["notices"]] for week in page.context["weeks"]]
    assert weeks == [["这周来的"], ["两周前来的"]]
    assert "给别人的" not in page.content.decode()
    assert "还有 2 条没有看过" in page.content.decode()
