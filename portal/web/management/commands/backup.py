"""manage.py backup: the database and every file in one archive."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.stack.errors import CannotStart
from portal.web.services import backups


class Command(BaseCommand):
    help = "把数据库和全部文件备份成一个文件（不影响正在使用的人）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, help="写到哪个文件；不写就放进备份文件夹")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            path, made = backups.back_up(to=options["to"])
        except (CannotStart, OSError) as error:
            raise CommandError(f"没有备份成：{error}") from error
        self.stdout.write(f"备份好了：{path}（{len(made.files)} 个文件）")
        if made.missing:
            self.stderr.write(
                f"注意：有 {len(made.missing)} 个文件数据库里有、磁盘上找不到或已损坏，没有备份到"
            )
