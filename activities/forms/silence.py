"""Questions about 默认通过 and about the days worked."""

from typing import Any

from django import forms

from activities.services.silence import MOST_DAYS
from portal.kernel.forms import CountField, DayField, DayInput

OFF, ON = "off", "on"


class SilenceForm(forms.Form):
    """Off, or on with a number of days."""

    switch = forms.ChoiceField(
        label="没有答复的记录",
        choices=[
            (OFF, "一直等审核的人答复"),
            (ON, "过了规定的工作日，按默认通过算"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "选一种办法"},
    )
    silent_days = CountField(
        label="几个工作日没有答复就通过",
        help_text="从交来的下一天数起，节假日不算。审核的人会在最后一天收到提醒",
        missing="",
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("switch") == ON and "silent_days" not in self.errors:
            if given.get("silent_days") is None:
                self.add_error("silent_days", "写一下几个工作日，例如 5")
        if given.get("switch") == OFF:
            given["silent_days"] = None
        return given


class SpecialDaysForm(forms.Form):
    """A holiday, or days worked in exchange."""

    name = forms.CharField(
        label="名称",
        max_length=20,
        help_text="例如 春节、校庆日",
        error_messages={"required": "写一下名称，例如 春节", "max_length": "名称最多 20 个字"},
    )
    first = DayField(label="从哪天", missing="写一下从哪天", future=True, widget=DayInput())
    last = DayField(
        label="到哪天", help_text="只有一天就空着", missing="", required=False, future=True,
        widget=DayInput(),
    )  # fmt: skip
    is_workday = forms.TypedChoiceField(
        label="这几天",
        choices=[("no", "放假"), ("yes", "上班（调休）")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="no",
        error_messages={"required": "选一下放假还是上班"},
    )
