"""``make run``: the whole portal as one group, from an empty folder to a page that answers."""

import errno
import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from portal.env import env_bool
from portal.stack import embedded, environment
from portal.stack.errors import CannotStart
from portal.stack.group import Group, Service
from portal.stack.keeper import dying_with_parent, end_with_parent

HOST = "127.0.0.1"
WITH_PARENT = "--with-parent"  # make passes it: when make is killed, we stop too


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def chosen_port() -> int:
    raw = os.environ.get("PORT") or "8000"
    if not raw.isdigit() or not 0 < int(raw) < 65536:
        raise CannotStart(
            f"PORT={raw} 不是端口号。请写 1 到 65535 的整数，例如：PORT=8001 make run"
        )
    return int(raw)


def check_port(port: int) -> None:
    """Bind and let go, so that the sentence comes before a minute of preparation."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as refusal:
            if refusal.errno == errno.EACCES:
                reason = f"当前用户不能使用端口 {port}（小于 1024）。"
            elif refusal.errno == errno.EADDRINUSE:
                reason = f"端口 {port} 已被别的程序占用。"
            else:
                raise
            free = port + 1 if 1024 <= port < 65535 else 8001
            raise CannotStart(f"{reason}请换一个端口，例如：PORT={free} make run") from None


def services(port: int, var: Path) -> list[Service]:
    log, python = var / "log", sys.executable
    celery = [python, "-m", "celery", "-A", "portal"]
    return [
        Service(
            "网页服务",
            [
                *(python, "-m", "gunicorn", "portal.wsgi", "--bind", f"{HOST}:{port}"),
                *("--worker-class", "gthread", "--workers", "2", "--threads", "4"),
                *("--timeout", "60", "--graceful-timeout", "5", "--no-control-socket"),
            ],
            log / "web.log",
        ),
        Service(
            "后台任务（Celery worker）",
            [
                *(*celery, "worker", "--loglevel", "INFO", "--concurrency", "2"),
                *("--without-gossip", "--without-mingle"),
            ],
            log / "worker.log",
        ),
        Service(
            "定时任务（Celery beat）",
            [
                *(*celery, "beat", "--loglevel", "INFO", "--pidfile="),
                *("--schedule", str(var / "beat-schedule")),
            ],
            log / "beat.log",
        ),
    ]


def manage(group: Group, *words: str) -> str:
    """Run one command of manage.py to its end, or to ours; return what it printed."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, str(environment.ROOT / "manage.py"), *words],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=dying_with_parent(signal.SIGKILL),  # noqa: PLW1509 - one thread
    )
    while True:
        try:
            printed, _ = process.communicate(timeout=0.2)
            break
        except subprocess.TimeoutExpired:
            if group.stopping:
                process.kill()
    if process.returncode and not group.stopping:
        raise CannotStart(f"这一步没有完成：manage.py {' '.join(words)}\n{printed}")
    return printed


def static_mark() -> str:
    """A digest that changes when a static file or a package does."""
    roots = [environment.ROOT / "requirements.lock", *environment.ROOT.glob("static")]
    roots.append(environment.ROOT / "portal" / "kernel" / "bundles.py")
    roots += environment.ROOT.glob("*/static")
    roots.append(environment.ROOT / "docs" / "handbook" / "pictures")
    roots.append(environment.ROOT / "docs" / "pictures" / "documents")
    seen = hashlib.sha256(str(environment.ROOT).encode())
    for root in roots:
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            found = path.stat()
            seen.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def collect_static(group: Group, var: Path) -> None:
    mark = var / "static.mark"
    now = static_mark()
    if mark.exists() and mark.read_text() == now:
        return
    # static/fonts is 38 MB for the PDF alone; no page asks for it, and compressing takes minutes.
    words = ("--no-input", "--clear", "--verbosity", "0", "--ignore", "fonts")
    manage(group, "collectstatic", *words)
    if not group.stopping:
        mark.write_text(now)


def answers(port: int) -> bool:
    line = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        line.request("GET", "/")
        return line.getresponse().status < 500
    except OSError:
        return False
    finally:
        line.close()


def fallen_servers(var: Path) -> Iterator[tuple[str, Path]]:
    for server in embedded.fallen(var):
        yield f"内置的 {server.name} ", server.log


def warn_of_missing_packages() -> None:
    """PDF needs libraries no wheel brings. The portal starts without; the page says so too."""
    script = environment.ROOT / "scripts" / "system_packages.py"
    subprocess.run([sys.executable, str(script), "portal"], check=False)  # noqa: S603


def with_demo() -> bool:
    """DEMO=0 starts an empty portal, for a city of one's own."""
    return env_bool("DEMO", default=True)


def prepare(group: Group, var: Path) -> None:
    """Bring the folder to what the services expect; asked to stop, leave out the rest."""
    say("正在启动数据库……")
    environment.prepare()
    steps = {
        "正在更新数据表……": ("migrate", "--no-input", "--verbosity", "0"),
        "正在准备演示数据，第一次要一两分钟……": ("load_demo", "--if-empty"),
    }
    if not with_demo():
        steps.popitem()
    for words, step in steps.items():
        if not group.stopping:
            say(words)
            manage(group, *step)
    if not group.stopping:
        say("正在准备页面文件……")
        collect_static(group, var)


def run(group: Group) -> None:
    port, var = chosen_port(), environment.var_folder()
    group.listen()
    group.enter(patience=20)
    check_port(port)
    warn_of_missing_packages()
    prepare(group, var)
    for service in services(port, var) if not group.stopping else []:
        group.start(service)
    if not group.wait_until(lambda: answers(port), within=90):
        return
    say(f"\n园丁已启动：http://{HOST}:{port}\n")
    last = ("load_demo", "--print-sign-ins") if with_demo() else ("setup_key",)
    say(manage(group, *last).rstrip())
    say(f"\n日志在 {var / 'log'}。按 Ctrl-C 停止。")
    group.watch(lambda: fallen_servers(var))


def main() -> int:
    if WITH_PARENT in sys.argv:
        end_with_parent(signal.SIGTERM)
    os.chdir(environment.ROOT)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ["PYTHONUNBUFFERED"] = "1"
    group = Group(environment.var_folder())
    try:
        run(group)
    except CannotStart as refusal:
        sys.stderr.write(f"\n{refusal}\n")
        return 1
    finally:
        group.stop()
        embedded.release()
    say("\n已全部停止。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
