"""Questions beside a record: its minutes, what it decided, what must be put right, a series."""

from datetime import date
from typing import Any

from django import forms

from activities.choices import DecisionState, Rhythm
from activities.forms.activities import ActivityForm
from activities.forms.kinds import asking
from activities.forms.together import AnyDayField
from activities.models import Activity, ActivityKind, KindField
from activities.services.corrections import EXTRA, LABELS, NEEDED
from portal.kernel.forms import DayInput

MOST_LETTERS = 40_000  # of minutes
PLAIN = {"autocomplete": "off"}


class MinutesForm(forms.Form):
    text = forms.CharField(
        label="纪要正文",
        max_length=MOST_LETTERS,
        help_text="每存一次留一稿，以前的稿子都在，可以对照",
        widget=forms.Textarea(attrs={"rows": 18}),
        error_messages={"required": "纪要还是空的，写几句再存"},
    )


class DecisionForm(forms.Form):
    text = forms.CharField(
        label="定了什么",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "写一下定了什么事"},
    )
    who = forms.CharField(label="谁来办", max_length=60, required=False)
    due_on = AnyDayField(label="哪天以前办完", required=False)


class ReportForm(forms.Form):
    state = forms.ChoiceField(
        label="办得怎么样", choices=DecisionState.choices, initial=DecisionState.OPEN,
        widget=forms.RadioSelect,
    )  # fmt: skip
    text = forms.CharField(
        label="写一句",
        max_length=300,
        help_text="例如“名单已经报上去，等教办回复”",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "写一句办得怎么样，下次开会的人看得到"},
    )


class DecisionFilter(forms.Form):
    state = forms.ChoiceField(
        label="进展",
        required=False,
        choices=[("", "还在办的"), ("late", "过了日子的"), ("done", "办完了的"),
                 ("dropped", "不办了的"), ("all", "全部")],
    )  # fmt: skip
    q = forms.CharField(label="事项、谁来办或单位", required=False, max_length=60)
    unit = forms.IntegerField(required=False, widget=forms.HiddenInput)


class SeriesForm(forms.Form):
    name = forms.CharField(
        label="名称", max_length=60, help_text="例如“关工委工作例会”，月份会自动加在前面",
        error_messages={"required": "写一下是什么会"},
    )  # fmt: skip
    kind = forms.ModelChoiceField(
        ActivityKind.objects.filter(is_open=True), label="活动类型", empty_label=None,
        error_messages={"required": "选一下这是什么活动", "invalid_choice": "从单子里选一个类型"},
    )  # fmt: skip
    rhythm = forms.ChoiceField(label="多久一次", choices=Rhythm.choices)
    starts_on = AnyDayField(
        label="第一次在哪天", help_text="以后每次都在那个月的这一天前后",
        error_messages={"required": "写一下第一次在哪天"},
    )  # fmt: skip
    place = forms.CharField(label="地点", max_length=80, required=False)
    chair = forms.CharField(label="主持人", max_length=60, required=False)
    agenda = forms.CharField(
        label="每次的议程", max_length=2000, required=False, help_text="一行写一项",
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip


class SkipForm(forms.Form):
    reason = forms.CharField(
        label="为什么不开", max_length=100, widget=forms.TextInput(attrs=PLAIN),
        error_messages={"required": "写一句这次为什么不开"},
    )  # fmt: skip


class CorrectionForm(forms.Form):
    """The right value of one fact, and why."""

    reason = forms.CharField(
        label="为什么要更正",
        max_length=200,
        help_text="例如“签到表上是 18 人，录的时候多打了一个 0”",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "写一句为什么要更正，审核的人看得到"},
    )

    def __init__(self, *args: Any, activity: Activity, field: str, on: date, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["value"] = _right(activity, field, on=on)
        self.fields["value"].label = "更正为"
        self.fields["value"].initial = _first(activity, field)
        self.order_fields(["value", "reason"])


def _right(activity: Activity, field: str, *, on: date) -> forms.Field:
    """The question of the record's form that asks this fact; a day is typed in one line."""
    if field.startswith(EXTRA):
        return asking(KindField.objects.get(pk=int(field.removeprefix(EXTRA))))
    asked = ActivityForm(unit=activity.unit, on=on).fields[field]
    if field == "held_on":
        asked.widget = DayInput()
    if field == "kind":
        asked.widget = forms.Select()
        asked.widget.choices = [(kind.pk, kind.name) for kind in ActivityKind.objects.all()]
    asked.required = field in NEEDED
    asked.help_text = ""
    return asked


def _first(activity: Activity, field: str) -> Any:
    if field.startswith(EXTRA):
        own = KindField.objects.get(pk=int(field.removeprefix(EXTRA)))
        value = activity.extra.get(own.key)
        return date.fromisoformat(value) if value and own.field_type == "date" else value
    return getattr(activity, field)


def correctable(activity: Activity) -> set[str]:
    """The names of facts that can be put right in this record."""
    own = KindField.objects.filter(kind=activity.kind_id)
    return {*LABELS, *(f"{EXTRA}{field.pk}" for field in own)}
