"""Bulletins with accepted records behind them, walked there by the services."""

from datetime import date
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from activities.models import Activity
from activities.services import activities
from evaluations.models import BulletinIssue, BulletinSeries
from evaluations.services import bulletins
from evaluations.services.series import open_series
from evaluations.tasks import print_issue
from tests.factories import activities as activity_factory
from tests.personas import World

TODAY = date(2023, 4, 10)
READERS = {
    "report_to": "市关工委、局党委",
    "send_to": "市退教协会",
    "issue_to": "各教办，各学校、幼儿园关工委",
}


def series(city: World, slug: str = "jygg", **fields: object) -> BulletinSeries:
    given = {"name": "教育关工简报", "cadence": "quarter", "copies": 120, **READERS} | fields
    return open_series(city.bureau, slug=slug, fields=given, by=city.bureau_staff)


def record(city: World, **fields: object) -> Activity:
    """An accepted record of the first school; `photo` adds one."""
    with_photo = fields.pop("photo", False)
    made = activity_factory.draft(city.school, by=city.school_secretary, **fields)
    if with_photo:
        activities.add_file(made, upload=photo(), by=city.school_secretary)
    activities.submit(made, on=activity_factory.TODAY, by=city.school_secretary)
    activities.accept(made, by=city.office_secretary)
    return made


def photo(name: str = "现场.jpg") -> SimpleUploadedFile:
    buffer = BytesIO()
    Image.new("RGB", (800, 600), "#884422").save(buffer, "JPEG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/jpeg")


def draft(city: World, of: BulletinSeries | None = None, period: str = "2023-Q1") -> BulletinIssue:
    """An open issue with one article."""
    issue = bulletins.open_issue(of or series(city), period=period, on=TODAY, by=city.bureau_staff)
    bulletins.choose(issue, activities=[record(city)], by=city.bureau_staff)
    return issue


def issued(city: World, of: BulletinSeries | None = None, period: str = "2023-Q1") -> BulletinIssue:
    """A printed issue; with the test settings its job has run when `sign` returns."""
    issue = draft(city, of, period)
    bulletins.submit(issue, by=city.bureau_staff)
    issue.refresh_from_db()
    bulletins.sign(issue, on=TODAY, by=city.bureau_leader)
    return print_issue(issue.pk, by=city.bureau_leader)
