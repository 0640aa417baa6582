"""Real input that lies beside the repository on our own machines, and nowhere else."""

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("YUANDING_SHARED") or Path(__file__).parents[2] / "shared")


def shared(name: str) -> Path:
    """Return the path of one shared file, or skip the calling test with the reason."""
    path = ROOT / name
    if not path.exists():
        pytest.skip(f"real input {name} is not on this machine (set YUANDING_SHARED)")
    return path
