"""What a stored PDF says, without its line ends."""

import re
from io import BytesIO

from pypdf import PdfReader

from portal.kernel import files
from portal.kernel.models import StoredFile


def text_of(stored: StoredFile) -> str:
    pages = PdfReader(BytesIO(files.read(stored))).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
