"""The portal's own backups: where they lie, what each is called, how long they are kept."""

import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from portal.stack import backups
from portal.stack.backups import Manifest

NAME = "yuanding-%Y%m%d-%H%M"


def database_url() -> str:
    """The address of the database this process works on."""
    wanted = connection.get_connection_params()
    parts = {name: wanted[name] for name in ("host", "port", "user", "password") if name in wanted}
    return backups.url_of(dbname=str(wanted["dbname"]), **{k: str(v) for k, v in parts.items()})


def back_up(*, to: Path | None = None, at: datetime | None = None) -> tuple[Path, Manifest]:
    """Write an archive, into the folder of backups unless `to` says where; then drop the old."""
    at = timezone.localtime(at)
    target = to or Path(settings.BACKUP_DIR) / f"{at.strftime(NAME)}{backups.SUFFIX}"
    made = backups.make(target, url=database_url(), media=Path(settings.MEDIA_ROOT), at=at)
    if to is None:
        drop_outlived(on=at.date())
    return target, made


def drop_outlived(*, on: date) -> list[Path]:
    """Delete archives that are neither of a recent day nor the last of a week or a month."""
    held = list(_held())
    gone = backups.outlived(
        {day for day, _ in held},
        on=on,
        daily=settings.BACKUP_DAYS,
        weekly=settings.BACKUP_WEEKS,
        monthly=settings.BACKUP_MONTHS,
    )
    dropped = [path for day, path in held if day in gone]
    for path in dropped:
        path.unlink(missing_ok=True)
    return dropped


def _held() -> Iterator[tuple[date, Path]]:
    """Our own archives by their day; a file of another name is nobody's to delete."""
    for path in sorted(Path(settings.BACKUP_DIR).glob(f"*{backups.SUFFIX}")):
        try:
            made = time.strptime(path.name.removesuffix(backups.SUFFIX), NAME)
        except ValueError:
            continue
        yield date(made.tm_year, made.tm_mon, made.tm_mday), path
