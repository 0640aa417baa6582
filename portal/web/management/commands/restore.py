"""manage.py restore: put an archive back, whole or not at all."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from portal.stack import backups
from portal.stack.errors import CannotStart
from portal.web.services.backups import database_url


class Command(BaseCommand):
    help = "从备份恢复：先整份核对，再一次换好；出错就保持原样"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path, help="备份文件")
        parser.add_argument("--check", action="store_true", help="只核对备份是不是完好，不恢复")
        parser.add_argument("--replace", action="store_true", help="换掉现在数据库里的全部内容")

    def handle(self, *args: Any, **options: Any) -> None:
        archive = options["archive"]
        try:
            if options["check"]:
                held = backups.check(archive)
                self.stdout.write(f"备份完好：{held.made_at} 做的，{len(held.files)} 个文件")
                return
            self._restore(archive, replace=options["replace"])
        except (CannotStart, OSError) as error:
            raise CommandError(str(error)) from error

    def _restore(self, archive: Path, *, replace: bool) -> None:
        url = database_url()
        known = MigrationLoader(None).disk_migrations.keys()
        connection.close()  # our own session must not stand in the way
        held = backups.restore(
            archive, url=url, media=Path(settings.MEDIA_ROOT), known=known, replace=replace
        )
        call_command("migrate", verbosity=0, interactive=False)
        self.stdout.write(f"恢复好了：{held.made_at} 的数据，{len(held.files)} 个文件")
        if held.missing:
            self.stderr.write(f"注意：做备份时就少了 {len(held.missing)} 个文件")
