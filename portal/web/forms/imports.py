"""Choosing a roster file, and saying which of its columns is what."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from portal.kernel import cells
from portal.kernel.sheets import Sheet
from portal.kernel.tables import Heading, Layout, guess_layout
from portal.web.roster_import.reading import KIND_BY_NAME, KINDS, SKIP, any_row

SAMPLES = 3
NOT_USED = "不用这一列"
NOT_MISSED = frozenset({"序号", "编号", "检查结果"})


class RosterFileForm(forms.Form):
    file = forms.FileField(
        label="名册文件",
        help_text="Excel 或 WPS 表格（.xlsx 或 .csv），20 MB 以内；旧的 .xls 请先另存为 .xlsx",
        error_messages={
            "required": "请选一个名册文件",
            "empty": "这个文件是空的（0 字节），请换一个有内容的文件",
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class SheetForm(forms.Form):
    """One sheet: which table it is, and for each heading which fact stands under it.

    Where another kind is picked the columns are guessed anew, and shown (unbound) before
    anything else happens.
    """

    kind = forms.ChoiceField(
        label="这一张是",
        choices=[*((kind.name, kind.label) for kind in KINDS), (SKIP, "不导入这一张")],
    )
    was = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None, *, sheet: Sheet, layout: Layout | None, prefix: str
    ) -> None:
        super().__init__(data, prefix=prefix)
        self.sheet = sheet
        self.layout = layout
        self.headings: Sequence[Heading] = layout.headings if layout else ()
        chosen = layout.kind.name if layout else SKIP
        self.fields["kind"].initial = self.fields["was"].initial = chosen
        if layout is None:
            return
        used = {column: name for name, column in layout.columns.items()}
        options = [("", NOT_USED), *((c.field, c.label) for c in layout.kind.columns)]
        for heading in layout.headings:
            self.fields[f"c{heading.column}"] = forms.ChoiceField(
                label=heading.text,
                choices=options,
                required=False,
                initial=used.get(heading.column, ""),
            )

    @property
    def wants_a_look(self) -> bool:
        """Open on the page: an error, a table not recognised, or a filled column nobody uses."""
        if self.errors or self.layout is None or self.layout.missing:
            return True
        return not self.layout.remembered and bool(self._unused())

    @property
    def summary(self) -> str:
        """What was recognised, in a line that can be read without opening the sheet."""
        if self.layout is None:
            return "没有认出，不导入"
        found = f"按{self.layout.kind.label}导入，认出 {len(self.layout.columns)} 列"
        unused = self._unused()
        left = f"，不用的有：{'、'.join(unused)}" if unused else ""
        return f"{found}{left}{'，按上次确认的列' if self.layout.remembered else ''}"

    def _unused(self) -> list[str]:
        """Headings with something under them that fill no field; a serial number does not count."""
        if self.layout is None:
            return []
        used, filled = set(self.layout.columns.values()), self._samples()
        return [
            heading.text
            for heading in self.headings
            if heading.column not in used
            and heading.column in filled
            and heading.key not in NOT_MISSED
        ]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return each heading with its select and the first few different values under it."""
        samples = self._samples()
        return [
            {
                "heading": heading.text,
                "field": self[f"c{heading.column}"],
                "samples": samples.get(heading.column, []),
            }
            for heading in self.headings
        ]

    def _samples(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        if self.layout is None:
            return found
        start = self.layout.header_row
        for row in self.sheet.rows[start : start + 30]:
            for column, cell in row.own():
                shown = found.setdefault(column, [])
                word = cells.text(cell)[:20]
                if word and word not in shown and len(shown) < SAMPLES:
                    shown.append(word)
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.layout is None or cleaned.get("kind") == SKIP:
            return cleaned
        labels = {column.field: column.label for column in self.layout.kind.columns}
        chosen = [cleaned.get(f"c{heading.column}") for heading in self.headings]
        for name in dict.fromkeys(name for name in chosen if name and chosen.count(name) > 1):
            self.add_error(None, f"“{self.sheet.name}”里有两列都对成了{labels[name]}，请只留一列。")
        for column in self.layout.kind.columns:
            if column.required and column.field not in chosen:
                self.add_error(
                    None,
                    f"“{self.sheet.name}”里还没有指明哪一列是{column.label}，请选一列；"
                    "没有这一列就选“不导入这一张”。",
                )
        return cleaned

    def chosen(self) -> dict[str, Any]:
        """Return what ImportRun.mapping keeps of this sheet."""
        if self.layout is None or self.cleaned_data["kind"] == SKIP:
            return {"kind": SKIP, "columns": {}}
        columns = {
            heading.key: self.cleaned_data[f"c{heading.column}"]
            for heading in self.headings
            if self.cleaned_data[f"c{heading.column}"]
        }
        return {"kind": self.layout.kind.name, "columns": columns}


def sheet_forms(
    data: Mapping[str, Any] | None, tables: Sequence[tuple[Sheet, Layout | None]]
) -> list[SheetForm]:
    """One form for each sheet that holds anything, by the kind now chosen for it."""
    forms_ = []
    for index, (sheet, layout) in enumerate(tables):
        if not any_row(sheet):
            continue
        prefix = f"s{index}"
        wanted = data.get(f"{prefix}-was") if data is not None else None
        forms_.append(_form(data, sheet, layout, prefix, wanted))
    return forms_


def _form(
    data: Mapping[str, Any] | None,
    sheet: Sheet,
    layout: Layout | None,
    prefix: str,
    shown: str | None,
) -> SheetForm:
    """Bind the form as it was shown; where another kind was picked, guess that one's columns."""
    if data is None:
        return SheetForm(None, sheet=sheet, layout=layout, prefix=prefix)
    picked = data.get(f"{prefix}-kind")
    if picked == shown:
        return SheetForm(data, sheet=sheet, layout=_of_kind(sheet, shown, layout), prefix=prefix)
    fresh = SheetForm(None, sheet=sheet, layout=_of_kind(sheet, picked, layout), prefix=prefix)
    fresh.fields["kind"].initial = fresh.fields["was"].initial = picked
    return fresh


def _of_kind(sheet: Sheet, name: str | None, layout: Layout | None) -> Layout | None:
    if layout is not None and layout.kind.name == name:
        return layout
    kind = KIND_BY_NAME.get(name or "")
    return guess_layout(sheet, kind) if kind else None
