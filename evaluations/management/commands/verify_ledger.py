"""``manage.py verify_ledger FILE.zip``: is the archive what it was when it was made?"""

import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluations.documents.ledgers import LIST, check_archive
from evaluations.models import Ledger
from portal.kernel.errors import BadFile


class Command(BaseCommand):
    help = "核对一份台账压缩包：里面的每个文件与清单是否一致，整包与系统里存的是否一致"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            content = file.read_bytes()
            checked = check_archive(content)
        except OSError as error:
            raise CommandError(f"读不到文件“{file}”") from error
        except BadFile as fault:
            raise CommandError(str(fault)) from fault
        for word, names in (
            ("改过", checked.changed),
            ("缺少", checked.missing),
            ("清单上没有", checked.unlisted),
        ):
            for name in names:
                self.stdout.write(f"{word}：{name}")
        if not checked.is_whole:
            raise CommandError("这份台账与清单不一致，请用原来的压缩包再核对一次")
        self.stdout.write(f"{checked.count} 个文件与“{LIST}”一致")
        digest = hashlib.sha256(content).hexdigest()
        known = Ledger.objects.filter(archive__sha256=digest).select_related("unit").first()
        if known is None:
            self.stdout.write("系统里没有这一份：可能后来又生成过，也可能是别处做的")
        else:
            sealed = "结转封存的" if known.close_id else "最近生成的"
            self.stdout.write(f"整包与系统里{sealed}{known}一致")
