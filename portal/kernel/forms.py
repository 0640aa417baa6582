"""Form controls of this house: big cards, typed days, counted numbers; none needs a script."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from portal.kernel import calendar

OTHER_DAY = "other"
FULL_WIDTH = str.maketrans("０１２３４５６７８９．／－", "0123456789./-")


def narrow(form: forms.BaseForm, name: str, queryset: QuerySet[Any]) -> None:
    """Offer only these rows in a choice field; a forged id is then refused by the field."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
    field.queryset = queryset


def read_day(text: str, *, on: date) -> date | None:
    """Read 2023-10-17, 2023.10.17, 2023/10/17, 2023年10月17日, 10月17日, 20231017; else None.

    A day without a year is the latest such day not after `on`.
    """
    text = re.sub(r"\s", "", text.translate(FULL_WIDTH))
    whole = re.fullmatch(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日{0,1}", text) or re.fullmatch(
        r"(\d{4})(\d{2})(\d{2})", text
    )
    try:
        if whole:
            return date(int(whole[1]), int(whole[2]), int(whole[3]))
        short = re.fullmatch(r"(\d{1,2})[-./月](\d{1,2})日{0,1}", text)
        if not short:
            return None
        month, day = int(short[1]), int(short[2])
        year = on.year if (month, day) <= (on.month, on.day) else on.year - 1
        return date(year, month, day)
    except ValueError:
        return None


class _OwnTemplate:
    """Widgets of the site's own template folder, whichever form renderer is set."""

    def _render(
        self, template_name: str, context: dict[str, Any], renderer: object = None
    ) -> SafeString:
        return mark_safe(render_to_string(template_name, context))  # noqa: S308


class CountInput(_OwnTemplate, forms.TextInput):
    """A whole number with − and ＋ beside it; the typed value wins."""

    template_name = "components/widgets/count.html"

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "numeric", "autocomplete": "off", **(attrs or {})})


class CountField(forms.IntegerField):
    """People, times, copies: "1,245人" and full-width digits are numbers too."""

    widget = CountInput

    def __init__(self, *, missing: str, **kwargs: Any) -> None:
        messages = {
            "required": missing,
            "invalid": "只写数字就行，例如 18",
            "min_value": "数字不能小于 %(limit_value)s",
            "max_value": "数字不能大于 %(limit_value)s，核对一下是不是多打了一位",
        }
        super().__init__(
            **{"min_value": 0, "max_value": 1_000_000, "error_messages": messages, **kwargs}
        )
        self.widget.attrs.pop("min", None)
        self.widget.attrs.pop("max", None)

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = re.sub(r"[,，\s]|[人名次份元]+$", "", value.translate(FULL_WIDTH).strip())
        return super().to_python(value)


class DateCards(_OwnTemplate, forms.Widget):
    """今天 / 昨天 / 别的日子. Posts `<name>_day` and `<name>`; a typed day wins over the card."""

    template_name = "components/widgets/date_cards.html"
    use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        today = calendar.today()
        yesterday = today - timedelta(days=1)
        chosen = value.isoformat() if isinstance(value, date) else str(value or "")
        near = [("今天", today), ("昨天", yesterday)]
        days = [
            {
                "word": word,
                "value": day.isoformat(),
                "note": f"{day.month}月{day.day}日 周{calendar.weekday_cn(day)[-1]}",
                "chosen": chosen == day.isoformat(),
            }
            for word, day in near
        ]
        is_other = bool(chosen) and not any(day["chosen"] for day in days)
        days.append(
            {"word": "别的日子", "value": OTHER_DAY, "note": "自己填写日期", "chosen": is_other}
        )
        context["widget"] |= {
            "days": days,
            "typed": chosen if is_other and chosen != OTHER_DAY else "",
        }
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str:
        typed = str(data.get(name, "")).strip()
        return typed or str(data.get(f"{name}_day", ""))

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and f"{name}_day" not in data

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return ""


class DayField(forms.DateField):
    """A date as people write it; never later than today unless `future` is allowed."""

    widget = DateCards

    def __init__(self, *, missing: str, future: bool = False, **kwargs: Any) -> None:
        self.future = future
        super().__init__(**{"error_messages": {"required": missing}, **kwargs})

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or value == OTHER_DAY:
            return None
        if isinstance(value, date):
            return value
        today = calendar.today()
        day = read_day(str(value), on=today)
        if day is None or day.year < 1949:
            raise ValidationError(f"看不懂“{value}”，请写成 2023-10-17 或 10月17日", code="invalid")
        if day > today and not self.future:
            raise ValidationError("日期要在今天或今天以前。还没开的会，开完再来记", code="future")
        return day

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(initial or data)


class DayInput(forms.TextInput):
    """One line for a date, with the calendar of the browser where a script can offer it."""

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__(
            {"placeholder": "2023-10-17", "autocomplete": "off", "data-day": "", **(attrs or {})}
        )


class NotedChoices(forms.RadioSelect):
    """Radio cards: `notes` are small second lines by value, `later` values stand behind a lid."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notes: dict[str, str] = {}
        self.later: set[str] = set()
        self.later_words = "别的类型"

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["note"] = self.notes.get(str(value), "")
        option["later"] = str(value) in self.later
        return option


class PasswordInput(_OwnTemplate, forms.PasswordInput):
    """A password that can be looked at: a wrong letter costs an elder ten minutes."""

    template_name = "components/widgets/password.html"
