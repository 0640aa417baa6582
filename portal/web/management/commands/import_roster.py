"""manage.py import_roster FILE: the office's own sheet into the portal, or a test run of it."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from portal.kernel.archives import MAX_FILE
from portal.kernel.errors import BadFile, Refused
from portal.kernel.findings import Severity, grouped
from portal.web.roster_import import runs, wording
from portal.web.roster_import.carrying_out import Result, city_for, open_city, try_out
from portal.web.roster_import.reading import read_file

ROWS_SHOWN = 5


class Command(BaseCommand):
    help = "导入市教育局关工委的名册（.xlsx）：单位、关工委、五老、上年活动；--dry-run 只检查不导入"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="名册文件，.xlsx 或 .csv")
        parser.add_argument("--city", default="", metavar="CODE", help="教育局的代码或名称")
        parser.add_argument("--dry-run", action="store_true", help="只检查，什么也不改")
        parser.add_argument("--json", action="store_true", help="只打印 JSON 格式的数字")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            data = _read(path)
            work = _try if options["dry_run"] else _import
            result = work(data, path.name, options["city"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(result.counts, ensure_ascii=False))
            return
        self._tell(result, tried=options["dry_run"])

    def _tell(self, result: Result, *, tried: bool) -> None:
        self.stdout.write("检查好了，什么也没有改：" if tried else "导入好了：")
        for name, label in wording.COUNTS.items():
            if name in result.counts:
                self.stdout.write(f"  {label}：{result.counts[name]}")
        for group in grouped(result.findings):
            lead = "没有导入" if group.severity is Severity.REFUSED else "请核对"
            title = wording.title_of(group)
            self.stdout.write(f"{lead}：{title}，{len(group.findings)} 处")
            for finding in group.findings[:ROWS_SHOWN]:
                place = finding.place
                self.stdout.write(f"  “{place.sheet}”第 {place.row} 行：{finding.sentence}")
            if len(group.findings) > ROWS_SHOWN:
                self.stdout.write(f"  还有 {len(group.findings) - ROWS_SHOWN} 处同样的。")


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE:
            size, most = path.stat().st_size // 2**20, MAX_FILE // 2**20
            raise BadFile(
                f"文件有 {size} MB，最大只收 {most} MB。请删去图片和多余内容，或分成几个文件"
            )
        return path.read_bytes()
    except OSError as error:
        raise BadFile(f"打不开“{path}”，请核对文件在不在、能不能读") from error


def _try(data: bytes, name: str, code: str) -> Result:
    """A test run needs no city named: where several stand, it is tried in an empty one."""
    reading = read_file(data, name)
    try:
        city = city_for(reading, code)
    except Refused:
        if code:
            raise
        city = None
    reading = read_file(data, name, remembered=runs.remembered(city))
    return try_out(reading, city, at=timezone.now(), by=None)


@transaction.atomic
def _import(data: bytes, name: str, code: str) -> Result:
    reading = read_file(data, name)
    city = city_for(reading, code) or open_city(reading, by=None)
    return runs.import_file(data, name=name, city=city, at=timezone.now(), by=None)
