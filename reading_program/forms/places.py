"""Places of each unit below, and places handed back."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from committees.models import Unit
from portal.kernel.forms import CountField
from reading_program.models import Quota


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
    count = CountField(
        label="交回几个名额？",
        help_text="用不完的名额，别的学校可以用",
        missing="写交回几个",
        min_value=1,
    )
