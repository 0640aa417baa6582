#!/usr/bin/env python3
"""Find the system packages that no wheel can bring, and install them or say which.

    python3 scripts/system_packages.py portal            # what printing a PDF needs
    python3 scripts/system_packages.py portal tests      # and what the tests need besides
    python3 scripts/system_packages.py --install tests   # as root with apt: install the missing

Exit 0 when nothing is missing, 1 otherwise. Standard library only: it runs before ``make setup``.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


def library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def chinese_font() -> bool:
    listed = shutil.which("fc-list")
    if listed is None:
        return False
    found = subprocess.run([listed, ":lang=zh"], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip())


def chromium() -> bool:
    return any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))


# package: (what for, is it there?)
GROUPS: dict[str, dict[str, tuple[str, Callable[[], bool]]]] = {
    "portal": {
        "libpango-1.0-0": ("生成 PDF", lambda: library("libpango-1.0.so.0")),
        "libpangoft2-1.0-0": ("生成 PDF", lambda: library("libpangoft2-1.0.so.0")),
        "libharfbuzz-subset0": ("生成 PDF", lambda: library("libharfbuzz-subset.so.0")),
        "fontconfig": ("生成 PDF", lambda: library("libfontconfig.so.1")),
    },
    "tests": {
        "chromium": ("浏览器测试", chromium),
        "fonts-noto-cjk": ("浏览器测试的中文字体", chinese_font),
        "nodejs": ("Lighthouse 测试", lambda: shutil.which("node") is not None),
        "npm": ("Lighthouse 测试", lambda: shutil.which("npm") is not None),
        "poppler-utils": ("检查 PDF 的测试", lambda: shutil.which("pdftotext") is not None),
    },
}


def missing(groups: list[str]) -> dict[str, str]:
    """Return the absent packages and what each is for."""
    return {
        package: purpose
        for group in groups
        for package, (purpose, is_there) in GROUPS[group].items()
        if not is_there()
    }


def on_ubuntu() -> bool:
    release = Path("/etc/os-release")
    return release.exists() and "ID=ubuntu" in release.read_text().splitlines()


def how_to_install(packages: list[str]) -> str:
    apt, lines = list(packages), []
    if "chromium" in apt and on_ubuntu():
        apt.remove("chromium")  # there the package only points to the snap
        lines.append("sudo snap install chromium")
    if apt:
        lines.insert(0, f"sudo apt-get install -y {' '.join(apt)}")
    return "\n".join(f"    {line}" for line in lines)


def apt_get(*words: str) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", *words], env=env, check=False)


def install(packages: list[str]) -> None:
    print(f"正在安装系统软件包：{' '.join(packages)}", flush=True)
    apt_get("update", "-qq")
    apt_get("install", "-y", "-qq", "--no-install-recommends", *packages)


def main(words: list[str]) -> int:
    groups = [word for word in words if word in GROUPS]
    absent = missing(groups)
    if absent and "--install" in words and os.geteuid() == 0 and shutil.which("apt-get"):
        install(list(absent))
        absent = missing(groups)
    if not absent:
        return 0
    print("缺少下面的系统软件包：", file=sys.stderr)
    for package, purpose in absent.items():
        print(f"    {package}（用于{purpose}）", file=sys.stderr)
    print(f"请运行：\n{how_to_install(list(absent))}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
