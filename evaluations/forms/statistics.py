"""What is asked while the 统计年报 is set up, filled in, signed and corrected."""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from evaluations.figures.statistics import Line, Whole
from evaluations.figures.statistics_form import COUNTS, UPS, Indicator
from evaluations.figures.statistics_sources import SOURCES
from evaluations.models import StatisticsRound, StatisticsTable
from portal.kernel.forms import CountField, DayField, DayInput, narrow

LARGEST = 10_000_000_000  # 元 of a whole city
LONGEST_REASON = 200


class FillForm(forms.Form):
    """Numbers only people know; and, of those the records know, the ones that differ.

    `whole` is the unit's report as it stands. Nothing must be there to keep it.
    """

    def __init__(self, data: Any = None, *, whole: Whole) -> None:
        self.whole = whole
        self.noted = {jump.indicator.code for jump in whole.jumps}
        super().__init__(data)
        for line in whole.lines():
            self._ask(line)

    def _ask(self, line: Line) -> None:
        one, figure = line.indicator, line.figure
        by_hand = one.source is None
        typed = figure.value if by_hand or figure.differs else None
        label = f"{one.label}（{one.unit}）" if by_hand else f"应当是多少{one.unit}"
        value = CountField(
            missing="", required=False, label=label, initial=typed, max_value=LARGEST,
            help_text=one.meaning if by_hand else "",
        )  # fmt: skip
        # It may wait, and so is not called 选填; the six must be there before it is handed over.
        value.may_wait = one.is_asked  # type: ignore[attr-defined]
        self.fields[f"{one.code}_value"] = value
        if not by_hand:
            self._ask_words(f"{one.code}_reason", "为什么和记录不一样？", figure.reason)
        if one.code in self.noted or figure.note:
            self._ask_words(f"{one.code}_note", "为什么比去年变化这么大？", figure.note)

    def _ask_words(self, name: str, label: str, initial: str) -> None:
        self.fields[name] = forms.CharField(
            label=label, required=False, max_length=LONGEST_REASON, initial=initial,
            error_messages={"max_length": f"最多 {LONGEST_REASON} 字，写要紧的"},
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for line in self.whole.lines():
            code, figure = line.indicator.code, line.figure
            value = cleaned.get(f"{code}_value")
            if line.indicator.source is None or value is None or value == figure.records:
                continue
            if not cleaned.get(f"{code}_reason"):
                self.add_error(f"{code}_reason", "和记录不一样时，写一句为什么")
        return cleaned

    def answers(self) -> dict[str, dict[str, Any]]:
        """What can be kept, by code; a number equal to the records' is no answer."""
        found = {}
        for line in self.whole.lines():
            code = line.indicator.code
            kept = {
                key: self.cleaned_data[f"{code}_{key}"]
                for key in ("value", "reason", "note")
                if self.cleaned_data.get(f"{code}_{key}") not in (None, "")
            }
            if line.indicator.source and kept.get("value") in (None, line.figure.records):
                kept.pop("value", None)
                kept.pop("reason", None)
            if kept:
                found[code] = kept
        return found

    def typed(self) -> list[dict[str, Any]]:
        """What only people know, those that must be given first."""
        mine = [line for line in self.whole.lines() if line.indicator.source is None]
        return [
            self._row(line) for line in sorted(mine, key=lambda one: not one.indicator.is_asked)
        ]

    def known(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """What the records answer, by section."""
        for section, lines in self.whole.sections:
            found = [self._row(line) for line in lines if line.indicator.source is not None]
            if found:
                yield section.name, found

    def _row(self, line: Line) -> dict[str, Any]:
        code = line.indicator.code
        words = [self[name] for name in (f"{code}_reason", f"{code}_note") if name in self.fields]
        value = self[f"{code}_value"]
        is_open = bool(value.value()) or any(field.errors for field in (value, *words))
        return {"line": line, "value": value, "words": words, "is_open": is_open}


class RoundForm(forms.Form):
    table = forms.ModelChoiceField(
        StatisticsTable.objects.none(),
        label="用哪一版报表？",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "选一版报表", "invalid_choice": "从已经发布的报表里选"},
    )
    due_on = DayField(
        label="哪天前报", missing="写一下哪天前报", future=True, widget=DayInput,
        help_text="例如 2023-12-25。快到期时各单位的待办里会有",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, tables: Any, standing: StatisticsRound | None) -> None:
        initial = {"table": tables.first()}
        if standing is not None:
            initial = {"table": standing.table, "due_on": standing.due_on}
        super().__init__(data, initial=initial)
        narrow(self, "table", tables)


class LeaderForm(forms.Form):
    leader = forms.CharField(
        label="在纸上签字的负责人",
        max_length=30,
        help_text="先打印出来，负责人看过、签了字，再写在这里",
        error_messages={"required": "写上签字的负责人姓名"},
    )


class ReturnForm(forms.Form):
    note = forms.CharField(
        label="要核对什么？",
        max_length=300,
        help_text="填表人看得到这句话",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "写一句要核对什么，填表人才知道怎么改"},
    )


class CorrectionForm(forms.Form):
    """Which signed number is wrong, what it is, and why."""

    code = forms.ChoiceField(
        label="更正哪一项？", help_text="选表上写错的那一项", error_messages={"required": "选一项"}
    )
    after = CountField(
        missing="写上正确的数",
        label="正确的数",
        help_text="只写数字，原来的数也留着",
        max_value=LARGEST,
    )
    reason = forms.CharField(
        label="为什么更正？",
        max_length=LONGEST_REASON,
        help_text="原来的数、改的日期和这句话都会留下",
        error_messages={"required": "写一句为什么更正"},
    )

    def __init__(self, *args: Any, whole: Whole, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [
            (one.code, f"{one.code} {one.label}（现在 {_shown(line.figure.value)} {one.unit}）")
            for line in whole.lines()
            for one in [line.indicator]
        ]


def _shown(value: int | None) -> str:
    return "没有填" if value is None else f"{value:,}"


class LineForm(forms.Form):
    """One line of a draft form: what it counts, where from, how it goes up."""

    code = forms.CharField(
        label="代码", max_length=6, help_text="部分的字母加数字，例如 C10",
        validators=[RegexValidator(r"^[A-Z]\d{1,3}$", "写成一个大写字母加数字，例如 C10")],
        error_messages={"required": "写上代码，例如 C10"},
    )  # fmt: skip
    label = forms.CharField(
        label="指标名称", max_length=30, error_messages={"required": "写上指标名称"}
    )
    unit = forms.CharField(
        label="计量单位", max_length=4, help_text="例如 人、人次、场、元",
        error_messages={"required": "写上计量单位，例如 人次"},
    )  # fmt: skip
    counts = forms.ChoiceField(label="数的是什么？", choices=list(COUNTS.items()))
    up = forms.ChoiceField(label="往上怎么加？", choices=list(UPS.items()))
    meaning = forms.CharField(
        label="口径", max_length=120, help_text="印在口径表里，也写在填报页上",
        error_messages={"required": "写一句口径：什么算、什么不算"},
    )  # fmt: skip
    takes = forms.CharField(
        label="取自本市报表哪几项", max_length=60,
        help_text="写本市报表的代码，几项相加用顿号隔开，例如 C8、C9。人数只能取一项",
        validators=[RegexValidator(r"^[A-Z]\d{1,3}([、，,\s]+[A-Z]\d{1,3})*$",
                                   "写成代码，几项用顿号隔开，例如 C8、C9")],
        error_messages={"required": "写上取自本市报表的哪几项，例如 C8、C9"},
    )  # fmt: skip
    source = forms.ChoiceField(label="从哪里来？", required=False)
    asked = forms.BooleanField(label="单位一定要填（没有填 0）", required=False)

    def __init__(
        self, data: Any = None, *, standing: Indicator | None = None, is_above: bool = False
    ) -> None:
        self.standing, self.is_above = standing, is_above
        super().__init__(data, initial=_initial(standing) if standing else None)
        if standing is not None:
            self.fields["code"].disabled = True
        if is_above:  # it adds what the city has; nothing is asked of anybody and nothing goes up
            for name in ("source", "asked", "up"):
                del self.fields[name]
            return
        del self.fields["takes"]
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        kept = [("keep", "照现在的")] if standing and standing.source else []
        field.choices = [*kept, ("", "单位填写"), *((k, one.name) for k, one in SOURCES.items())]

    def line(self) -> dict[str, Any]:
        """As the form's data holds it."""
        answers = dict(self.cleaned_data)
        if self.is_above:
            takes = re.findall(r"[A-Z]\d+", answers["takes"])
            return answers | {"takes": list(dict.fromkeys(takes)), "up": "none"}
        source = answers.pop("source")
        if source == "keep" and self.standing is not None and self.standing.source:
            answers["source"] = dict(self.standing.source)
        elif source == "credited":
            answers["source"] = {"name": source, "line": answers["code"]}
        elif source:
            answers["source"] = {"name": source}
        return answers


def _initial(one: Indicator) -> dict[str, Any]:
    return {
        "code": one.code, "label": one.label, "unit": one.unit, "counts": one.counts,
        "up": one.up, "meaning": one.meaning, "asked": one.is_asked,
        "source": "keep" if one.source else "", "takes": "、".join(one.takes),
    }  # fmt: skip
