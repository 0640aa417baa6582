"""File locks that the kernel drops when their holder ends, even by ``kill -9``."""

import fcntl
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.stack.errors import CannotStart


def account_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def belongs_to_another(path: Path) -> CannotStart:
    """The sentence for a folder that another account made first."""
    there = path
    while not there.exists() and there != there.parent:
        there = there.parent
    owner, me = account_name(there.stat().st_uid), account_name(os.geteuid())
    return CannotStart(
        f"文件夹“{there}”属于用户 {owner}，现在的用户 {me} 不能使用其中的数据。"
        f"请改用用户 {owner} 运行，或者把项目复制到 {me} 自己的文件夹再运行。"
    )


def make_folder(path: Path, mode: int = 0o755) -> Path:
    try:
        path.mkdir(mode=mode, parents=True, exist_ok=True)
    except PermissionError:
        raise belongs_to_another(path) from None
    return path


def open_lock(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError:
        raise belongs_to_another(path) from None


def is_locked(path: Path) -> bool:
    """True when somebody holds the exclusive lock."""
    handle = open_lock(path)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def try_exclusive(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """One process at a time; the others wait."""
    handle = open_lock(path)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
