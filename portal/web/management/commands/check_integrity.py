"""manage.py check_integrity: is the organisation one story? Ends with 1 where it is not."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from committees.choices import UnitKind
from committees.models import Unit
from portal.kernel import calendar
from portal.web.integrity import as_data, examine


class Command(BaseCommand):
    help = "核对各市的单位、关工委、人员、账号和完成数；有对不上的，退出码为 1"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="只打印 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        today = calendar.today()
        found = [
            (city, examine(city, on=today))
            for city in Unit.objects.filter(kind=UnitKind.BUREAU).order_by("path")
        ]
        if options["json"]:
            told = [{"city": city.name, "checks": as_data(checks)} for city, checks in found]
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            for city, checks in found:
                self._print(city, checks)
        if any(doubts for _, checks in found for _, doubts in checks):
            sys.exit(1)

    def _print(self, city: Unit, checks: list[Any]) -> None:
        self.stdout.write(str(city))
        for check, doubts in checks:
            self.stdout.write(f"  {check.title}：{f'{len(doubts)} 处' if doubts else '没有问题'}")
            for doubt in doubts:
                self.stdout.write(f"    {doubt.sentence}")
