"""Places of each unit below, and the rules of a track as numbers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from committees.models import Unit
from portal.kernel.forms import CountField
from reading_program.models import Quota, Track
from reading_program.rules import FORMATS, LIMITS_OF, NUMBERS, SWITCHES, read_limits


class PlacesForm(forms.Form):
    """One line a unit: "5" is five places, "10%" a share, empty is no row of its own."""

    def __init__(
        self, *args: Any, units: Sequence[Unit], rows: dict[int, Quota], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        for unit in units:
            self.fields[f"unit_{unit.pk}"] = forms.CharField(
                label=unit.name,
                required=False,
                max_length=6,
                initial=_written(rows.get(unit.pk)),
                widget=forms.TextInput({"class": "form-control", "size": 6}),
            )

    def clean(self) -> dict[str, Any]:
        for unit in self.units:
            name = f"unit_{unit.pk}"
            written = str(self.cleaned_data.get(name, "")).replace("％", "%").strip()
            number = written.removesuffix("%")
            share = written.endswith("%")
            if written and not (number.isdecimal() and int(number) <= (100 if share else 5000)):
                self.add_error(name, ValidationError("写个数，例如 5；或者写百分比，例如 10%"))
            else:
                self.cleaned_data[name] = written
        return self.cleaned_data

    def changes(self) -> list[tuple[Unit, int | None, int | None]]:
        """(unit, places, per cent) of the lines that were changed."""
        found = []
        for unit in self.units:
            name = f"unit_{unit.pk}"
            if name not in self.changed_data:
                continue
            written = self.cleaned_data[name]
            number = int(written.removesuffix("%")) if written else None
            share = written.endswith("%")
            found.append((unit, None if share else number, number if share else None))
        return found


def _written(row: Quota | None) -> str:
    if row is None:
        return ""
    return str(row.places) if row.places is not None else f"{row.percent}%"


class HandBackForm(forms.Form):
    count = CountField(label="交回几个名额？", missing="写交回几个", min_value=1)


class TrackRulesForm(forms.Form):
    """The numbers and yes/no rules this kind of track knows."""

    def __init__(self, *args: Any, track: Track, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.track, limit = track, track.limit
        self.fields["name"] = forms.CharField(
            label="项目名称",
            max_length=20,
            initial=track.name,
            error_messages={"required": "写上项目的名称", "max_length": "名称最多 20 个字"},
        )
        self.fields["rules"] = forms.CharField(
            label="要求（一句话）", max_length=200, required=False, initial=track.rules
        )
        known = LIMITS_OF[track.kind]
        for name in [name for name in NUMBERS if name in known]:
            self.fields[name] = CountField(
                label=NUMBERS[name][0],
                missing="写 0 表示不限",
                max_value=NUMBERS[name][1],
                initial=getattr(limit, name),
            )
        for name, label in SWITCHES.items():
            self.fields[name] = forms.BooleanField(
                label=label, required=False, initial=getattr(limit, name)
            )
        self.fields["formats"] = forms.MultipleChoiceField(
            label="收哪些格式",
            choices=list(FORMATS.items()),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            initial=list(limit.formats),
        )
        self.fields["format_note"] = forms.CharField(
            label="格式说明", max_length=300, required=False, initial=limit.format_note
        )

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            read_limits(self.track.kind, self.limits())
        return self.cleaned_data

    def limits(self) -> dict[str, Any]:
        """The track's limits as JSON; its own questions stay."""
        plain = {"name", "rules"}
        given = {name: value for name, value in self.cleaned_data.items() if name not in plain}
        return {**self.track.limits, **given}
