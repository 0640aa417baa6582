"""One archive that holds a portal whole: its database and every file, each with a checksum.

The archive is a plain tar (the dump and the photos are squeezed already):

    manifest.json      what is inside, with sizes, checksums and the migrations that had run
    manifest.sha256    the checksum of the manifest itself
    database.dump      pg_dump's custom format, of one snapshot
    files/<sha256>     each file the database of that snapshot names

Rows and files fit together: the list of files is read in the snapshot that is dumped.
"""

import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2

from portal.stack import clients
from portal.stack.errors import CannotStart

FORMAT = 1
MANIFEST, SEAL, DUMP, FILES = "manifest.json", "manifest.sha256", "database.dump", "files/"
SUFFIX = ".yuanding.tar"
LOCK_PATIENCE = "30s"  # a portal still at work holds its tables; better to say so than to wait


class BadBackup(CannotStart):
    """An archive that cannot be used, or may not be; ``str()`` says in Chinese what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds; `missing` names files the database knew and the disk had lost."""

    made_at: str
    database_sha256: str
    migrations: list[list[str]]  # [app, name], in the order they ran
    files: dict[str, int]  # SHA-256: bytes
    missing: list[str] = field(default_factory=list)
    format: int = FORMAT


def make(target: Path, *, url: str, media: Path, at: datetime) -> Manifest:
    """Write the archive; a reader never finds half of one, whatever stops this."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        dump = Path(folder) / DUMP
        with _snapshot(url) as (name, rows):
            migrations, wanted = rows
            clients.run("pg_dump", url, "--format=custom", f"--snapshot={name}", f"--file={dump}")
        held = {digest: size for digest, size in wanted if _is_whole(_place(media, digest), digest)}
        manifest = Manifest(
            made_at=at.isoformat(timespec="seconds"),
            database_sha256=_sum_of(dump),
            migrations=migrations,
            files=held,
            missing=sorted(digest for digest, _ in wanted if digest not in held),
        )
        partial = Path(folder) / "archive"
        _write(partial, manifest, dump, media)
        os.replace(partial, target)
    return manifest


def check(archive: Path) -> Manifest:
    """Read the archive from end to end against its checksums; raise BadBackup at the first fault.

    Nothing of it is kept: 40 GB of photos are checked in the memory of one chunk.
    """
    with _opened(archive) as tar:
        manifest = _manifest(tar)
        seen = set()
        for member in tar:
            if member.name in {MANIFEST, SEAL}:
                continue
            wanted = _checksum(manifest, member.name)
            if wanted is None:
                raise BadBackup(f"{archive.name} 里多出了 {member.name}，不是这套系统做的备份")
            if wanted != _digest(tar.extractfile(member)):
                raise BadBackup(f"{archive.name} 里的 {member.name} 坏了。请换另一天的备份")
            seen.add(member.name)
    if lost := {DUMP, *(FILES + digest for digest in manifest.files)} - seen:
        raise BadBackup(f"{archive.name} 不完整，少了 {len(lost)} 个文件。请换另一天的备份")
    return manifest


def restore(
    archive: Path, *, url: str, media: Path, known: Iterable[tuple[str, str]], replace: bool = False
) -> Manifest:
    """Put an archive back: the files first, then the whole database in one transaction.

    Until that transaction ends, everything is as it was: a file more under its checksum changes
    nothing. `known` are the migrations this version of the portal has; one it has not means that
    the archive comes from a newer version. A database that holds units is replaced only when
    `replace` says so.
    """
    manifest = check(archive)
    if foreign := [one for one in map(tuple, manifest.migrations) if one not in set(known)]:
        raise BadBackup(
            f"这份备份是更新的版本做的（比如 {'.'.join(foreign[0])}）。请先升级到那个版本，再恢复"
        )
    if not replace and _holds_units(url):
        raise BadBackup("现在的数据库里已经有单位。确实要用备份换掉它，请加上 --replace")
    with tempfile.TemporaryDirectory(dir=archive.parent, prefix=".restore-") as folder:
        with _opened(archive) as tar:
            for member in tar:
                if member.name.startswith(FILES):
                    _put(_place(media, member.name.removeprefix(FILES)), tar.extractfile(member))
                elif member.name == DUMP:
                    _put(Path(folder) / DUMP, tar.extractfile(member))
        _load(Path(folder) / DUMP, url)
    return manifest


def outlived(days: Iterable[date], *, on: date, daily: int, weekly: int, monthly: int) -> set[date]:
    """Say which days' archives may go: kept are the newest of each recent day, week and month."""
    newest_first = sorted(set(days), reverse=True)
    weeks: dict[date, date] = {}
    months: dict[date, date] = {}
    for day in newest_first:
        weeks.setdefault(day - timedelta(days=day.weekday()), day)
        months.setdefault(day.replace(day=1), day)
    kept = {*newest_first[:daily], *list(weeks.values())[:weekly], *list(months.values())[:monthly]}
    return {day for day in newest_first if day not in kept and day <= on}


def url_of(
    *, dbname: str, host: str = "", port: str = "", user: str = "", password: str = ""
) -> str:
    """The address of a database, each part escaped; a host may be a folder of sockets."""
    name, word, place = (quote(part, safe="") for part in (user, password, host))
    who = f"{name}:{word}@" if word else f"{name}@" if name else ""
    return f"postgresql://{who}{place}{f':{port}' if port else ''}/{quote(dbname, safe='')}"


# --- reading the database -----------------------------------------------------------------------


@contextmanager
def _snapshot(url: str) -> Iterator[tuple[str, tuple[list[list[str]], list[tuple[str, int]]]]]:
    """A snapshot that pg_dump may share while we hold it, with what is to be read in it."""
    connection = psycopg2.connect(url)
    try:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            name = cursor.fetchone()[0]
            cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
            migrations = [list(row) for row in cursor.fetchall()]
            cursor.execute("SELECT sha256, size FROM kernel_storedfile ORDER BY sha256")
            yield name, (migrations, cursor.fetchall())
    finally:
        connection.close()


def _holds_units(url: str) -> bool:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('committees_unit') IS NOT NULL")
            if not cursor.fetchone()[0]:
                return False
            cursor.execute("SELECT EXISTS (SELECT FROM committees_unit)")
            return bool(cursor.fetchone()[0])
    finally:
        connection.close()


def _load(dump: Path, url: str) -> None:
    """Empty the database and fill it from the dump, or leave it as it was."""
    script = dump.with_suffix(".sql")
    with script.open("w", encoding="utf-8") as out:
        out.write(f"SET lock_timeout = '{LOCK_PATIENCE}';\n")
        out.write("DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n")
    clients.run("pg_restore", url, "--no-owner", "--no-privileges", "--file=-", str(dump),
                append_to=script)  # fmt: skip
    clients.run("psql", url, "--no-psqlrc", "--quiet", "--single-transaction",
                "--set=ON_ERROR_STOP=1", f"--file={script}")  # fmt: skip


# --- the archive --------------------------------------------------------------------------------


def _write(partial: Path, manifest: Manifest, dump: Path, media: Path) -> None:
    told = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
    with partial.open("wb") as out:
        with tarfile.open(fileobj=out, mode="w") as tar:
            _add_bytes(tar, MANIFEST, told)
            _add_bytes(tar, SEAL, hashlib.sha256(told).hexdigest().encode())
            tar.add(dump, DUMP)
            for digest in manifest.files:
                tar.add(_place(media, digest), FILES + digest)
        out.flush()
        os.fsync(out.fileno())


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    member.mode = 0o600
    tar.addfile(member, io.BytesIO(content))


@contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(archive, "r:") as tar:
            yield tar
    except FileNotFoundError:
        raise BadBackup(f"没有 {archive} 这个文件。请看看路径有没有写错") from None
    except (tarfile.TarError, OSError, EOFError) as error:
        raise BadBackup(f"{archive.name} 打不开或不完整，不是一份好的备份（{error}）") from error


def _manifest(tar: tarfile.TarFile) -> Manifest:
    """The two members in front, which vouch for all others."""
    told, seal = (_front(tar, name) for name in (MANIFEST, SEAL))
    if hashlib.sha256(told).hexdigest().encode() != seal:
        raise BadBackup("备份的目录坏了。请换另一天的备份")
    found: dict[str, Any] = json.loads(told)
    if found.pop("format", None) != FORMAT:
        raise BadBackup("这份备份的格式比现在的版本新。请先升级，再恢复")
    return Manifest(**found)


def _front(tar: tarfile.TarFile, name: str) -> bytes:
    member = tar.next()
    content = tar.extractfile(member) if member and member.name == name else None
    if content is None:
        raise BadBackup("这个文件不是这套系统做的备份")
    return content.read()


def _checksum(manifest: Manifest, name: str) -> str | None:
    if name == DUMP:
        return manifest.database_sha256
    digest = name.removeprefix(FILES)
    return digest if name.startswith(FILES) and digest in manifest.files else None


# --- files --------------------------------------------------------------------------------------


def _place(media: Path, digest: str) -> Path:
    """Where the portal keeps a file of this checksum (portal.kernel.files.path_of)."""
    return media / digest[:2] / digest[2:4] / digest


def _is_whole(path: Path, digest: str) -> bool:
    return path.exists() and _sum_of(path) == digest


def _sum_of(path: Path) -> str:
    with path.open("rb") as content:
        return _digest(content)


def _digest(content: Any) -> str:
    """The checksum of what an open file holds; of a member that is no file, none."""
    return hashlib.file_digest(content, "sha256").hexdigest() if content is not None else ""


def _put(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.restoring")
    with partial.open("wb") as out:
        shutil.copyfileobj(content, out)
    os.replace(partial, path)
