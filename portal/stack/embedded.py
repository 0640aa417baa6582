"""The two servers the portal brings along, for a machine that has none."""

import os
from pathlib import Path
from urllib.parse import quote

from portal.stack import locks
from portal.stack.postgres import DATABASE, SOCKET, USER, account, postgres
from portal.stack.servers import ensure, fallen, release, socket_folder
from portal.stack.valkey import SOCKET as VALKEY_SOCKET
from portal.stack.valkey import valkey

__all__ = ["USER", "ensure_postgres", "ensure_valkey", "fallen", "release"]


def ensure_postgres(var: Path, *, durable: bool = True) -> str:
    """Return the URL of a running PostgreSQL whose data lies in ``var``/pg.

    ``durable=False`` is for tests: faster, and a power cut may lose everything.
    """
    home = locks.make_folder(var.resolve() / "pg")
    sockets = socket_folder(home, SOCKET, account())
    ensure(postgres(home, sockets, durable=durable))
    return f"postgresql://{USER}@{quote(str(sockets), safe='')}/{DATABASE}"


def ensure_valkey(var: Path, *, durable: bool = True) -> str:
    """Return the URL of a running Valkey whose data lies in ``var``/valkey."""
    home = locks.make_folder(var.resolve() / "valkey")
    sock = socket_folder(home, VALKEY_SOCKET, os.geteuid()) / VALKEY_SOCKET
    ensure(valkey(home, sock, durable=durable))
    return f"unix://{quote(str(sock))}?db=0"
