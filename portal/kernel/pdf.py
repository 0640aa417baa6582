"""HTML and CSS to PDF: the only door to WeasyPrint.

A document sees two kinds of address and no other: ``css:FOLDER/FILE`` under templates/documents,
and ``image:NAME`` among the images handed to :func:`render`. It never reaches the disk or the
network, whatever an editor pasted into a text. Fontconfig is shown the project's fonts and none
of the machine's, so the same content gives the same pages everywhere.
"""

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from html.parser import HTMLParser
from importlib import resources
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any
from xml.sax.saxutils import escape

from django.template.loader import render_to_string

from portal.kernel import fonts, justify
from portal.kernel.errors import Refused

PRINT_DPI = 300  # a photo of a telephone has four times the dots paper can show
DOCUMENTS = Path(__file__).parents[2] / "templates" / "documents"
# PDF/A-2: colours, fonts and language are in the file, so it opens alike in thirty years. "a" adds
# the tags a screen reader needs; "u", without them, is for parts that are joined into one book.
TAGGED = "pdf/a-2a"
PLAIN = "pdf/a-2u"
_ONE_AT_A_TIME = Lock()  # Pango's font map is not safe between threads
_SHEET_NAME = re.compile(r"[a-z0-9_]+/[a-z0-9_]+\.css")


class MissingGlyphs(Refused):
    """A text holds characters that no font of the project can print."""

    def __init__(self, missing: list[fonts.Missing]) -> None:
        self.missing = missing
        named = "、".join(str(one) for one in missing[:5])
        more = f"等{len(missing)}个字符" if len(missing) > 5 else ""
        super().__init__(f"{named}{more}字库里没有，打印不出来，请改用其他写法后再生成。")


def render(
    template: str,
    context: Mapping[str, Any],
    *,
    images: Mapping[str, bytes] | None = None,
    variant: str = TAGGED,
) -> bytes:
    """Render a document template to PDF bytes; the same input gives the same bytes.

    ``images`` maps a name to the bytes of a JPEG, PNG or WebP; the template shows it with
    ``<img src="image:NAME">``. Raises MissingGlyphs before any layout when a character of the
    text cannot be printed, and Refused when the template asks for an address that is not ours or
    the machine lacks Pango.
    """
    html = render_to_string(template, dict(context))
    return from_html(html, images=images, variant=variant)


def _html_class() -> Any:
    try:
        from weasyprint import HTML
    except OSError as error:  # its wheel brings no Pango
        raise Refused(
            "这台机器缺少生成 PDF 的系统软件包。请管理员运行：sudo apt-get install -y "
            "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0，然后再生成一次。"
        ) from error
    return HTML


def from_html(
    html: str, *, images: Mapping[str, bytes] | None = None, variant: str = TAGGED
) -> bytes:
    """Render a whole HTML page to PDF bytes; see :func:`render`."""
    missing = fonts.missing(texts_of(html))
    if missing:
        raise MissingGlyphs(missing)
    HTML = _html_class()  # noqa: N806 - WeasyPrint's own name
    with _ONE_AT_A_TIME:
        configuration = _font_configuration()
        fetcher = _fetcher(images or {})
        page = HTML(string=open_quotes(html), url_fetcher=fetcher)
        # An identifier of our own: WeasyPrint's is random, and equal content is to be equal bytes.
        content: bytes = page.write_pdf(
            font_config=configuration,
            pdf_identifier=b"yuanding",
            dpi=PRINT_DPI,
            pdf_variant=variant,
            color_profiles={"ours": _colours()},
            output_intent="ours",
        )
    if fetcher.refused:
        raise Refused(f"文档里引用了站外地址“{fetcher.refused[0]}”，请删去后再生成。")
    return content


def open_quotes(html: str) -> str:
    """Let a line break before an opening and after a closing Chinese quotation mark.

    The line breaking rules Pango follows glue “ and ” to both neighbours, as in English; Chinese
    glues them to the inside only. A zero width space gives the break back and prints nothing.
    """
    pieces = re.split(r"(<[^>]*>)", html)
    pieces[::2] = [_open_quotes(text) for text in pieces[::2]]
    return "".join(pieces)


def _open_quotes(text: str) -> str:
    han = "\u3400-\u9fff\U00020000-\U0003ffff"
    text = re.sub(f"(?<=[{han}，。、；：？！）》])(?=[“‘])", "\u200b", text)
    return re.sub(f"(?<=[”’])(?=[{han}（《])", "\u200b", text)


def texts_of(html: str) -> list[str]:
    """Return the texts a page shows, one per element, without styles and comments."""
    reader = _TextReader()
    reader.feed(html)
    reader.close()
    return reader.texts


class _TextReader(HTMLParser):
    """Collect character data, and the attributes that print (``alt`` and ``title`` do not)."""

    HIDDEN = ("style", "script")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in self.HIDDEN

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in self.HIDDEN

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.texts.append(data)


def _colours() -> Any:
    """sRGB, which the red of a head is meant in; the library's own way leaves its file open."""
    from weasyprint.css import ColorProfile

    components = (["r"], ["g"], ["b"])
    return ColorProfile(BytesIO(_srgb()), "sRGB", "relative-colorimetric", components)


@cache
def _srgb() -> bytes:
    return resources.files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes()


@cache
def _font_configuration() -> Any:
    """Return the font configuration, one a process: a new one each time adds some 95 MB."""
    with _only_our_fonts():
        justify.install()
        from weasyprint.text.fonts import FontConfiguration

        return FontConfiguration()


@contextmanager
def _only_our_fonts() -> Iterator[None]:
    """Show Fontconfig our folder and nothing of the machine's while it starts.

    Naming the folder beats ``@font-face``, which would copy every font to a temporary folder of
    each worker, and leave it there when the worker is killed.
    """
    before = os.environ.get("FONTCONFIG_FILE")
    with tempfile.TemporaryDirectory(prefix="yuanding-fonts-") as folder:
        settings = Path(folder) / "fonts.conf"
        settings.write_text(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
            f"<fontconfig><dir>{escape(str(fonts.FOLDER))}</dir>"
            f"<cachedir>{escape(folder)}</cachedir></fontconfig>",
            encoding="utf-8",
        )
        os.environ["FONTCONFIG_FILE"] = str(settings)
        try:
            yield
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


def _fetcher(images: Mapping[str, bytes]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):
        """Serve our own two kinds of address; note and refuse every other."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols=[])
            self.refused: list[str] = []

        def fetch(self, url: str, headers: Any = None) -> Any:
            body = _ours(url, images)
            if body is None:
                self.refused.append(url[:200])
                raise ValueError(f"not one of ours: {url[:200]}")
            kind = "text/css" if url.startswith("css:") else "application/octet-stream"
            return URLFetcherResponse(url, body, headers={"Content-Type": kind})

    return Fetcher()


def _ours(url: str, images: Mapping[str, bytes]) -> bytes | None:
    """Return what one of our addresses stands for; None for any other address."""
    scheme, _, name = url.partition(":")
    if scheme == "image":
        return images.get(name)
    path = DOCUMENTS / name
    ours = scheme == "css" and _SHEET_NAME.fullmatch(name) and path.is_file()
    return path.read_bytes() if ours else None
