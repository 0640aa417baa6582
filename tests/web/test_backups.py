"""A backup taken, damaged, refused and put back: the same rows and files afterwards."""

import hashlib
import tarfile
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel import files
from portal.kernel.models import Job, JobState
from portal.stack import backups
from portal.stack.backups import BadBackup
from portal.web import schedule
from portal.web.services.backups import database_url, drop_outlived
from tests.factories import activities as records
from tests.factories.evaluations import photo

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other_database(db: object) -> Iterator[str]:
    """The address of an empty database beside the tests' own."""
    base, _, name = database_url().rpartition("/")
    beside = f"{name}_restored"  # one for each process of the tests
    own = psycopg2.connect(database_url())
    own.autocommit = True
    with own.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{beside}"')
        cursor.execute(f'CREATE DATABASE "{beside}" TEMPLATE template0')
    yield f"{base}/{beside}"
    with own.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{beside}"')
    own.close()


@pytest.fixture
def archive(city: object, tmp_path: Path) -> Path:
    """A city with a record and a photo, backed up by the command."""
    made = records.draft(city.school, by=city.school_secretary, title="迎新年座谈会")
    stored = files.store_photo(photo())
    made.files.create(file=stored, role="photo", name="现场.jpg", added_by=city.school_secretary)
    path = tmp_path / f"sunday{backups.SUFFIX}"
    call_command("backup", "--to", path, stdout=StringIO())
    return path


def restored(archive: Path, url: str, media: Path, **choice: bool) -> backups.Manifest:
    known = MigrationLoader(None).disk_migrations.keys()
    return backups.restore(archive, url=url, media=media, known=known, **choice)


def rows_of(url: str) -> dict[str, str]:
    """Each table's rows as one checksum, and what the schema is made of."""
    connection = psycopg2.connect(url)
    told = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), ''))"
                f' FROM "{table}" t'
            )
            told[table] = cursor.fetchone()[0]
        # By name: PostgreSQL writes the same condition with other casts once it was read back.
        for what, query in {
            "triggers": "SELECT concat_ws('.', tgrelid::regclass, tgname, tgtype, tgenabled)"
            " FROM pg_trigger WHERE NOT tgisinternal",
            "constraints": "SELECT concat_ws('.', conrelid::regclass, conname, contype,"
            " convalidated) FROM pg_constraint",
            "indexes": "SELECT tablename || '.' || indexname FROM pg_indexes"
            " WHERE schemaname = 'public'",
            "functions": "SELECT proname || md5(prosrc) FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace",
            "sequences": "SELECT sequencename || coalesce(last_value::text, '') FROM pg_sequences",
        }.items():
            cursor.execute(query)
            lines = "\n".join(sorted(row[0] for row in cursor.fetchall()))
            told[what] = hashlib.md5(lines.encode(), usedforsecurity=False).hexdigest()
    connection.close()
    return told


def test_a_portal_comes_back_equal_row_by_row_and_again_from_its_own_backup(
    archive: Path, other_database: str, tmp_path: Path
) -> None:
    media = tmp_path / "media"

    held = restored(archive, other_database, media)
    again = tmp_path / f"monday{backups.SUFFIX}"
    second = backups.make(again, url=other_database, media=media, at=timezone.now())

    assert rows_of(other_database) == rows_of(database_url())
    assert {path.name for path in media.rglob("*") if path.is_file()} == set(held.files)
    assert (second.files, second.missing) == (held.files, [])
    with pytest.raises(BadBackup, match="已经有单位"):
        restored(again, other_database, media)
    restored(again, other_database, media, replace=True)
    assert rows_of(other_database) == rows_of(database_url())


def test_a_damaged_archive_is_refused_before_anything_is_touched(
    archive: Path, other_database: str, tmp_path: Path
) -> None:
    whole = archive.read_bytes()
    with tarfile.open(archive) as tar:
        members = tar.getmembers()
    assert len(members) >= 4
    for member in members:
        content = bytearray(whole)
        content[member.offset_data + member.size // 2] ^= 0xFF
        archive.write_bytes(content)

        with pytest.raises(BadBackup, match=r"坏了|不是"):
            restored(archive, other_database, tmp_path / "media")

    assert not any("_" in table for table in rows_of(other_database))  # no table was made
    assert not (tmp_path / "media").exists()


def test_half_an_archive_a_text_file_and_no_file_are_named(archive: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.tar"
    half.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    text = tmp_path / "notes.tar"
    text.write_text("这不是备份" * 400)

    for path in (half, text, tmp_path / "nowhere.tar"):
        with pytest.raises(CommandError) as refusal:
            call_command("restore", path, "--check", stdout=StringIO())
        assert path.name in str(refusal.value) or "备份" in str(refusal.value)


def test_a_database_somebody_reads_is_left_as_it_was(archive: Path, tmp_path: Path) -> None:
    before = rows_of(database_url())
    with tarfile.open(archive) as tar:
        tar.extract(backups.DUMP, tmp_path, filter="data")
    connection = psycopg2.connect(database_url())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM committees_unit")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(backups, "LOCK_PATIENCE", "300ms")
            with pytest.raises(backups.CannotStart, match="正有人在用"):
                backups._load(tmp_path / backups.DUMP, database_url())
    connection.close()

    assert rows_of(database_url()) == before


def test_an_archive_of_a_newer_version_is_not_read_by_an_older_one(
    archive: Path, other_database: str, tmp_path: Path
) -> None:
    with pytest.raises(BadBackup, match="更新的版本"):
        backups.restore(
            archive, url=other_database, media=tmp_path / "m", known=[("kernel", "0001_initial")]
        )


def test_a_file_the_disk_lost_is_told_and_the_rest_is_kept(city: object, tmp_path: Path) -> None:
    kept, lost = files.store(b"%PDF-1 kept", files.PDF), files.store(b"%PDF-1 lost", files.PDF)
    files.path_of(lost.sha256).unlink()
    told = StringIO()

    call_command("backup", "--to", tmp_path / "a.tar", stdout=StringIO(), stderr=told)

    held = backups.check(tmp_path / "a.tar")
    assert kept.sha256 in held.files
    assert held.missing == [lost.sha256]
    assert "1 个文件" in told.getvalue()


def test_the_night_makes_one_archive_however_often_it_is_asked(
    city: object, settings: object, tmp_path: Path
) -> None:
    settings.BACKUP_DIR = tmp_path / "backups"

    for _ in range(3):
        schedule.back_up()

    made = list((tmp_path / "backups").iterdir())
    assert len(made) == 1
    assert backups.check(made[0]).missing == []
    assert Job.objects.get(kind="backup").state == JobState.DONE


def test_only_our_own_outlived_archives_are_dropped(settings: object, tmp_path: Path) -> None:
    settings.BACKUP_DIR = tmp_path
    settings.BACKUP_DAYS, settings.BACKUP_WEEKS, settings.BACKUP_MONTHS = 2, 1, 1
    for name in ("yuanding-20260301-0230", "yuanding-20260302-0230", "yuanding-20260303-0230"):
        (tmp_path / f"{name}{backups.SUFFIX}").touch()
    (tmp_path / f"grandmother{backups.SUFFIX}").touch()

    drop_outlived(on=date(2026, 3, 3))

    assert sorted(path.name.split(".")[0] for path in tmp_path.iterdir()) == [
        "grandmother", "yuanding-20260302-0230", "yuanding-20260303-0230",
    ]  # fmt: skip


@given(st.sets(st.integers(0, 800), max_size=60), st.integers(1, 9), st.integers(0, 6))
def test_what_is_kept_covers_recent_days_and_the_end_of_each_week_and_month(
    ages: set[int], daily: int, weekly: int
) -> None:
    today = date(2026, 11, 24)
    days = {today - timedelta(days=age) for age in ages}

    gone = backups.outlived(days, on=today, daily=daily, weekly=weekly, monthly=12)

    kept = days - gone
    assert set(sorted(days)[-daily:]) <= kept
    months = sorted({day.replace(day=1) for day in days})[-12:]
    assert {max(d for d in days if d.replace(day=1) == month) for month in months} <= kept
    assert len(kept) <= daily + weekly + 12
