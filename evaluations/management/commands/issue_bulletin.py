"""``manage.py issue_bulletin --series SLUG --period 2023-Q1 --output FILE.pdf``.

Brings an issue out without a browser, or hands out again one that is out already.
"""

import os
import secrets
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluations.models import BulletinIssue, BulletinSeries
from evaluations.services import bulletins
from portal.kernel import calendar, files
from portal.kernel.errors import Refused


class Command(BaseCommand):
    help = "编印一期简报并存成 PDF；这一期已经印发的，原样再存一份"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--series", required=True, metavar="SLUG", help="简报的代号")
        parser.add_argument(
            "--period", required=True, metavar="2023-Q1", help="期间：2023-Q1、2023-03 或 2023"
        )
        parser.add_argument("--output", required=True, type=Path, metavar="FILE.pdf")

    def handle(self, *args: Any, series: str, period: str, output: Path, **options: Any) -> None:
        check_writable(output)  # before a number is taken
        try:
            issue = bulletins.issue_now(
                find_series(series), period=period, on=calendar.today(), by=None
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        write(issue, output)
        self.stdout.write(f"{issue.series.name}{issue.number_label}：{output}")


def find_series(slug: str) -> BulletinSeries:
    found = BulletinSeries.objects.select_related("unit").filter(slug=slug).first()
    if found is None:
        known = "、".join(
            BulletinSeries.objects.order_by("slug").values_list("slug", flat=True)[:9]
        )
        hint = f"现有的代号：{known}" if known else "还没有建过简报，请先在“工作简报”里新建"
        raise CommandError(f"没有代号是“{slug}”的简报。{hint}")
    return found


def check_writable(output: Path) -> None:
    """Refuse a place that cannot be written to, leaving nothing behind."""
    if output.is_dir():
        raise CommandError(f"“{output}”是一个文件夹，请写上文件名，例如 {output / '简报.pdf'}")
    probe = _beside(output)
    try:
        probe.touch(exist_ok=False)
        probe.unlink()
    except OSError as error:
        raise CommandError(
            f"不能往“{output}”写文件：文件夹不存在，或没有写入的权限。请换一个位置"
        ) from error


def write(issue: BulletinIssue, output: Path) -> None:
    """Write the stored PDF whole or not at all."""
    assert issue.pdf is not None  # noqa: S101 - an issued bulletin has one
    partial = _beside(output)
    try:
        partial.write_bytes(files.read(issue.pdf))
        os.replace(partial, output)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise CommandError(
            f"{issue.series.name}{issue.number_label}已经印发，但没能存到“{output}”，"
            "可能是磁盘满了。换一个位置再运行一次就行，期号不变"
        ) from error


def _beside(output: Path) -> Path:
    return output.with_name(f".{output.name}.{secrets.token_hex(4)}")
