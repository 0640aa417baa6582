"""Dates of this house's forms: the day something changes, and a date known only roughly."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from portal.kernel import calendar, cells
from portal.kernel.cells import PartialDate
from portal.kernel.forms import DayField, DayInput


class ChangeDayField(DayField):
    """The day a change holds from: today or earlier, for the lists show how things stand now."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"future": True, "widget": DayInput, **kwargs})

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and day > calendar.today():
            raise ValidationError("日期要在今天或今天以前，到了那天再来改", code="future")
        return day


class RoughDateField(forms.CharField):
    """2019, 2019.5 or 2019-05-03: cleaned to a PartialDate that keeps how exact it is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 30, "required": False, **kwargs})

    def to_python(self, value: Any) -> Any:
        read = cells.when(str(super().to_python(value) or ""))
        if read.value is None and read.warning:
            raise ValidationError(read.warning.rstrip("。"), code="invalid")
        if read.value is not None and read.value.day > calendar.today():
            raise ValidationError("日期要在今天或今天以前", code="future")
        return read.value

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """A parsed date needs none of the checks on text."""

    def prepare_value(self, value: Any) -> str:
        return spelled(value) if isinstance(value, PartialDate) else str(value or "")


def spelled(value: PartialDate) -> str:
    """As a person would type it again."""
    day = value.day
    if value.precision == "year":
        return str(day.year)
    if value.precision == "month":
        return f"{day.year}-{day.month:02}"
    return day.isoformat()


def rough(day: date | None, precision: str) -> PartialDate | None:
    """What RoughDateField takes as its initial value."""
    return PartialDate(day, cells.Precision(precision)) if day else None
