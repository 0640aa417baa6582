"""Make static/fonts/ from the packages its README names; run by hand when a font changes.

    scripts/make_fonts.py FANDOL_DIR NOTO_DIR LXGWWenKai-Regular.ttf

Each font is cut to what the chain needs of it, so that the repository stays small, and all get
the same ascent and descent and no line gap, so that a rare character in the middle of a line
does not push the line down.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

OUT = Path(__file__).parents[1] / "static" / "fonts"
ASCENT, DESCENT = 880, 120  # of 1000, as Fandol has them
HANGUL = {*range(0x1100, 0x1200), *range(0x3130, 0x3190), *range(0xA960, 0xD800)}
ASCII = set(range(0x20, 0x7F))
UNIFIED = set(range(0x4E00, 0xA000))  # what a heading may need; rarer ones come from Rare


def simplified(collection: Path) -> TTFont:
    """Return the mainland Chinese face of a Noto collection."""
    for font in TTCollection(collection).fonts:
        if font["name"].getDebugName(1).split(" CJK ")[1].startswith("SC"):
            return font
    raise SystemExit(f"{collection.name} has no SC face")


def cut(font: TTFont, characters: set[int], *, family: str, file: str) -> set[int]:
    """Write the named part of a font under a name of its own; return what it holds."""
    options = Options(layout_features=[], name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14])
    # Vertical tables serve vertical text, which no document of ours has.
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE"]
    held = characters & set(font.getBestCmap())
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=held)
    subsetter.subset(font)
    rename(font, family)
    set_metrics(font)
    font.save(OUT / file)
    return held


def rename(font: TTFont, family: str) -> None:
    """A changed font may not keep a reserved name, and must not hide the system's own copy."""
    for record in font["name"].names:
        if record.nameID in (1, 4, 16):
            record.string = family
        elif record.nameID == 2:
            record.string = "Regular"
        elif record.nameID in (3, 6):
            record.string = family.replace(" ", "")
    if "CFF " in font:
        top = font["CFF "].cff
        top.fontNames = [family.replace(" ", "")]
        top[0].FullName = top[0].FamilyName = family


def set_metrics(font: TTFont) -> None:
    """Give the font the common ascent and descent, and the weight style sheets ask for: plain."""
    per_em = font["head"].unitsPerEm / 1000
    ascent, descent = round(ASCENT * per_em), round(DESCENT * per_em)
    hhea, os2 = font["hhea"], font["OS/2"]
    hhea.ascent, hhea.descent, hhea.lineGap = ascent, -descent, 0
    os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap = ascent, -descent, 0
    os2.usWeightClass = 400
    os2.fsSelection = os2.fsSelection & ~0x20 | 0x40
    font["head"].macStyle = 0


def main(fandol: Path, noto: Path, wenkai: Path) -> None:
    everyday: set[int] = set(TTFont(fandol / "FandolFang-Regular.otf").getBestCmap())
    for name, ours in (("Fang", "YuandingFang"), ("Kai", "YuandingKai")):
        font = TTFont(fandol / f"Fandol{name}-Regular.otf")
        whole = set(font.getBestCmap())
        everyday &= cut(font, whole, family=f"Yuanding {name}", file=f"{ours}.otf")
    song = TTFont(fandol / "FandolSong-Regular.otf")
    cut(song, ASCII, family="Yuanding Latin", file="YuandingLatin.otf")
    heading = everyday | UNIFIED
    title = cut(
        simplified(noto / "NotoSerifCJK-Bold.ttc"),
        heading,
        family="Yuanding Title",
        file="YuandingTitle.otf",
    )
    hei = cut(
        simplified(noto / "NotoSansCJK-Medium.ttc"),
        heading,
        family="Yuanding Hei",
        file="YuandingHei.otf",
    )
    light = simplified(noto / "NotoSerifCJK-Light.ttc")
    rare = set(light.getBestCmap()) - (everyday & title & hei) - HANGUL
    rare = cut(light, rare, family="Yuanding Rare", file="YuandingRare.otf")
    kai = TTFont(wenkai)
    han = {c for c in kai.getBestCmap() if c >= 0x2E80} - HANGUL - everyday - rare
    cut(kai, han, family="Yuanding Rarest", file="YuandingRarest.ttf")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
