"""What one track asks: its name, its limits, questions of its own, and what it is marked by."""

import re
from collections.abc import Iterator
from itertools import count
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from portal.kernel.forms import CountField
from reading_program.forms.rounds import CriteriaForm
from reading_program.models import Track
from reading_program.rules import (
    FORMATS,
    LIMITS_OF,
    MOST_FIELDS,
    NUMBERS,
    SWITCHES,
    OwnField,
    read_limits,
)

LONG = 1000  # characters an answer may have: about a page
USUAL = 300
CELL = {"class": "form-control"}


class TrackNameForm(forms.Form):
    """What may change at any time."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    name = forms.CharField(
        label="项目名称",
        max_length=20,
        error_messages={"required": "写上项目的名称", "max_length": "名称最多 20 个字"},
    )
    rules = forms.CharField(label="要求（一句话）", max_length=200, required=False)

    def __init__(self, *args: Any, track: Track, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stands = {"name": track.name, "rules": track.rules, "version": track.version}
        self.initial = {**self.initial, **stands}


class TrackRulesForm(CriteriaForm, TrackNameForm):
    """The numbers and yes/no rules this kind of track knows, its questions and its criteria."""

    def __init__(self, *args: Any, track: Track, **kwargs: Any) -> None:
        super().__init__(*args, track=track, criteria=track.marked_by, **kwargs)
        self.track, self.own = track, track.limit.fields
        known = LIMITS_OF[track.kind]
        for name in [name for name in NUMBERS if name in known]:
            self.fields[name] = CountField(
                label=NUMBERS[name][0],
                missing="写 0 表示不限",
                max_value=NUMBERS[name][1],
                initial=getattr(track.limit, name),
            )
        for name, label in SWITCHES.items():
            self.fields[name] = forms.BooleanField(
                label=label, required=False, initial=getattr(track.limit, name)
            )
        self.fields["formats"] = forms.MultipleChoiceField(
            label="收哪些格式",
            choices=list(FORMATS.items()),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            initial=list(track.limit.formats),
        )
        self.fields["format_note"] = forms.CharField(
            label="格式说明", max_length=300, required=False, initial=track.limit.format_note
        )
        for at in range(MOST_FIELDS):
            self.fields |= _own_question(at, self.own[at] if at < len(self.own) else None)

    def plain(self) -> list[forms.BoundField]:
        """The questions that are no line of a table."""
        return [field for field in self if not re.search(r"_\d$", field.name)]

    def own_lines(self) -> Iterator[dict[str, Any]]:
        for at in range(MOST_FIELDS):
            yield {name: self[f"own_{name}_{at}"] for name in ("label", "needed", "most")}

    def clean(self) -> dict[str, Any]:
        super().clean()
        seen: set[str] = set()
        for at in range(MOST_FIELDS):
            label = self.cleaned_data.get(f"own_label_{at}", "").strip()
            if label and label in seen:
                self.add_error(f"own_label_{at}", ValidationError("上面已经问过同样的问题"))
            seen.add(label)
        if not self.errors:
            read_limits(self.track.kind, self.limits())
        return self.cleaned_data

    def limits(self) -> dict[str, Any]:
        """The track's limits as JSON, its own questions among them."""
        known = {*NUMBERS, *SWITCHES, "formats", "format_note"}
        given = {name: value for name, value in self.cleaned_data.items() if name in known}
        return {**self.track.limits, **given, "fields": self._own()}

    def _own(self) -> list[dict[str, Any]]:
        """Lines with words; a question that was there keeps its key, a new one takes a free key."""
        taken = {each.name for each in self.own}
        free = (key for number in count(1) if (key := f"q{number}") not in taken)
        data = self.cleaned_data
        return [
            {
                "name": self.own[at].name if at < len(self.own) else next(free),
                "label": data[f"own_label_{at}"].strip(),
                "needed": data[f"own_needed_{at}"],
                "most": data.get(f"own_most_{at}") or USUAL,
            }
            for at in range(MOST_FIELDS)
            if data.get(f"own_label_{at}", "").strip()
        ]

    def proposed(self) -> Track:
        """The track as it would be, not stored; for the preview."""
        data = self.cleaned_data
        return Track(
            edition=self.track.edition,
            kind=self.track.kind,
            nominee=self.track.nominee,
            name=data["name"],
            rules=data["rules"],
            limits=self.limits(),
            criteria=[
                {"name": name, "most": f"{most.normalize():f}"} for name, most in self.criteria()
            ],
        )


def _own_question(at: int, own: OwnField | None) -> dict[str, forms.Field]:
    which = f"第 {at + 1} 个问题"
    return {
        f"own_label_{at}": forms.CharField(
            label=which,
            max_length=30,
            required=False,
            initial=own.label if own else "",
            widget=forms.TextInput({**CELL, "aria-label": which}),
            error_messages={"max_length": "最多 30 个字"},
        ),
        f"own_needed_{at}": forms.BooleanField(
            label=f"{which}必须答", required=False, initial=bool(own and own.needed)
        ),
        f"own_most_{at}": forms.IntegerField(
            label=f"{which}最多写多少字",
            min_value=1,
            max_value=LONG,
            required=False,
            initial=own.most if own else None,
            widget=forms.TextInput(
                {**CELL, "size": 5, "inputmode": "numeric", "aria-label": f"{which}最多写多少字"}
            ),
            error_messages=dict.fromkeys(
                ("invalid", "min_value", "max_value"), f"写 1 到 {LONG} 的数，空着就是 {USUAL}"
            ),
        ),
    }


def asked_of(track: Track) -> list[dict[str, str]]:
    """Everything a track asks beside its form, as lines of a summary."""
    limit = track.limit
    rows = [
        (NUMBERS[name][0], str(getattr(limit, name) or "不限"))
        for name in NUMBERS
        if name in LIMITS_OF[track.kind]
    ]
    rows += [(label, "是" if getattr(limit, name) else "否") for name, label in SWITCHES.items()]
    rows.append(("收哪些格式", "、".join(FORMATS[each] for each in limit.formats) or "不限"))
    rows += [
        (f"问题：{each.label}", f"{'必须答，' if each.needed else ''}最多 {each.most} 字")
        for each in limit.fields
    ]
    rows.append(("评分项", "、".join(f"{row['name']} {row['most']} 分" for row in track.marked_by)))
    return [{"label": label, "value": value} for label, value in rows]
