"""Small pictures for lists and strips: a village hall's line should not carry ten full photos."""

import os
import secrets
from pathlib import Path

from PIL import Image

from portal.kernel import files
from portal.kernel.models import StoredFile

EDGE = 480  # pixels: a card on a phone, at twice its size


def small(stored: StoredFile) -> Path:
    """Return the path of a small JPEG of a stored photo, made when first asked for."""
    original = files.path_of(stored.sha256)
    path = original.with_name(f"{original.name}.{EDGE}.jpg")
    if not path.exists():
        with Image.open(original) as picture:
            picture.draft("RGB", (EDGE, EDGE))  # decodes a fraction of a large JPEG
            reduced = picture.convert("RGB")
        reduced.thumbnail((EDGE, EDGE))
        partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        reduced.save(partial, "JPEG", quality=78)
        os.replace(partial, path)  # a reader never sees half a picture
    return path
