#!/usr/bin/env python3
"""Put the locked Python packages into .venv: ``python3 scripts/setup.py requirements.lock``.

Does nothing when that is done already. Standard library only: it makes what the rest runs on.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def is_whole() -> bool:
    """False when .venv is absent, half made, moved with its folder, or lost its Python."""
    if not (VENV / "bin" / "pip").exists():
        return False
    question = "import sys, pip; print(sys.prefix)"
    try:
        answer = subprocess.run(
            [PYTHON, "-c", question], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    # A moved folder keeps its old path in bin/pip, and in every script beside it.
    return answer.returncode == 0 and made_here()


def made_here() -> bool:
    mark = VENV / "made-in"
    return not mark.exists() or mark.read_text(encoding="utf-8") == str(VENV)


def apt_get(*words: str) -> bool:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(["apt-get", *words], env=env, check=False).returncode == 0


def ensure_venv_module() -> None:
    """Debian keeps what makes an environment in a package of its own."""
    if find_spec("ensurepip"):
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"正在安装系统软件包：{package}", flush=True)
        if apt_get("update", "-qq") and apt_get("install", "-y", "-qq", package):
            return
    sys.exit(f"Python 缺少 venv 模块。请先运行：\n    sudo apt-get install -y {package}")


def make_venv() -> None:
    ensure_venv_module()
    print(f"正在建立 Python 环境 .venv（Python {sys.version.split()[0]}）", flush=True)
    # A new process: this one does not see a module that was installed a moment ago.
    done = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=False)
    if done.returncode:
        sys.exit("Python 环境 .venv 没有建成，原因见上面几行。")
    (VENV / "made-in").write_text(str(VENV), encoding="utf-8")


def install(lock: Path) -> None:
    stamp = VENV / f"installed-{lock.stem}"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"正在安装 {lock.name} 里的 Python 软件包，第一次约需一分钟……", flush=True)
    pip = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    done = subprocess.run([*pip, "--require-hashes", "-r", lock], check=False)
    if done.returncode:
        sys.exit("Python 软件包没有装好，原因见上面几行。请检查网络，然后再运行一次。")
    stamp.write_text(wanted)


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - PYTHON= may name an older one
        sys.exit(f"需要 Python 3.11 或以上版本，现在是 {sys.version.split()[0]}。")
    if not is_whole():
        make_venv()
    install(ROOT / sys.argv[1])


if __name__ == "__main__":
    main()
