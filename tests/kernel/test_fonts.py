"""Which characters the fonts that come with the project can print, and under which licence.

The 8 105 characters of the 通用规范汉字表 (State Council, 2013) stand in
tests/data/general-standard-characters.txt, its three levels a line each, in the table's order.
"""

import re
from pathlib import Path

import pytest

from portal.kernel import fonts, pdf
from tests.pdf_text import open_pdf

TABLE = Path(__file__).parents[1] / "data" / "general-standard-characters.txt"
BY_THEMSELVES = {"Fang": 6638, "Kai": 6638, "Hei": 7832, "Title": 7832}
RARE = "䶮㛃𠮷𬭎"  # names that people bear: extensions A, B and C


def levels() -> list[str]:
    return TABLE.read_text(encoding="utf-8").split()


def test_the_table_is_whole():
    assert [len(level) for level in levels()] == [3500, 3000, 1605]
    assert len(set("".join(levels()))) == 8105


def test_every_character_of_the_table_can_be_printed():
    assert fonts.missing(levels()) == []


@pytest.mark.parametrize("face", BY_THEMSELVES)
def test_so_many_characters_of_the_table_are_in_the_face_itself(face):
    held = fonts._code_points(f"Yuanding{face}.otf")

    assert sum(ord(letter) in held for letter in "".join(levels())) == BY_THEMSELVES[face]


@pytest.mark.parametrize("face", ["Fang", "Kai", "Hei", "Title"])
def test_a_rare_name_prints_as_glyphs_beside_every_face(face):
    style = f'font-family: "Yuanding {face}", "Yuanding Rare", "Yuanding Rarest"'
    html = f"<html lang=\"zh-CN\"><body><p style='{style}'>王{RARE}</p></body></html>"

    content = pdf.from_html(html)

    with open_pdf(content) as document:
        [page] = document.pages
        shown = [char for char in page.chars if char["text"].strip()]
    assert "".join(char["text"] for char in shown) == f"王{RARE}"
    names = {char["fontname"].split("+")[1].replace("-", "") for char in shown}
    assert f"Yuanding{face}" in names
    assert names & {"YuandingRare", "YuandingRarest"}
    for char in shown:
        assert char["width"] == pytest.approx(char["size"], abs=0.5), "a whole square"


def test_every_font_says_its_licence_and_the_licence_lies_beside_it():
    told = (fonts.FOLDER / "README.md").read_text(encoding="utf-8")

    files = sorted(path.name for path in fonts.FOLDER.iterdir() if path.suffix in {".otf", ".ttf"})
    assert files == sorted(fonts.FILES)
    assert all(name in told for name in files)
    licences = set(re.findall(r"LICENCE-\w+\.txt", told))
    assert licences == {path.name for path in fonts.FOLDER.glob("LICENCE-*")}
    assert licences == {"LICENCE-Fandol.txt", "LICENCE-OFL.txt"}
