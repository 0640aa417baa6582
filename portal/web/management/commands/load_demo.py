"""Load the invented city, so that a newcomer sees a year of work instead of empty pages."""

from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from portal.web.demo import accounts, loading


class Command(BaseCommand):
    help = "Load the demo: 云州市 with a year of work, and an empty 新州市 to import into."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when any unit exists"
        )
        parser.add_argument("--fresh", action="store_true", help="clear everything, then load")
        parser.add_argument(
            "--yes",
            action="store_true",
            help="with --fresh: clear cities that are not the demo too",
        )
        parser.add_argument(
            "--print-sign-ins",
            action="store_true",
            help="print who can sign in, and do nothing else",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["print_sign_ins"]:
            self._print_sign_ins()
            return
        if options["if_empty"] and not loading.is_empty():
            return
        if loading.tables_are_behind():
            raise CommandError("数据表还是旧的，请先运行 make migrate，再装演示数据。")
        others = loading.other_cities()
        if options["fresh"] and others and not options["yes"]:
            raise CommandError(
                f"这里有不是演示的数据：{'、'.join(others)}。--fresh 会把它们全部清掉，"
                "而且找不回来。真要清掉，请加上 --yes 再运行一次。"
            )
        if not options["fresh"] and not loading.is_empty():
            raise CommandError(
                "数据库里已经有单位了，没有再装演示数据。要清掉重装，请运行 load_demo --fresh。"
            )
        began = monotonic()
        with transaction.atomic():
            if options["fresh"]:
                loading.clear()
                self.stdout.write("已清掉原来的数据")
            loading.load(now=timezone.now(), say=self._say)
        self.stdout.write(f"演示数据装好了，用了 {monotonic() - began:.0f} 秒。")
        self._print_sign_ins()

    def _say(self, line: str) -> None:
        self.stdout.write(f"  {line}")
        self.stdout.flush()

    def _print_sign_ins(self) -> None:
        if loading.has_demo():
            self.stdout.write("\n".join(["", "可以这样登录：", *accounts.table()]))
