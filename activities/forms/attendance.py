"""The questions around who was there, and the sheet that is typed back."""

import re
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from activities.forms.activities import ActivityForm
from activities.forms.kinds import answers_in, name_of
from activities.models import ActivityKind, KindField
from committees.models import Person
from portal.kernel import calendar, codes
from portal.kernel.errors import Refused
from portal.kernel.forms import FULL_WIDTH, CountField, DayInput, NotedChoices

MOST_GUESTS = 300
GUEST_WORDS = "一行写一位，姓名后面空一格写单位，例如：赵永年 云山村"


def guest_of(line: str) -> tuple[str, str]:
    """(name, unit) of one line: 赵永年 云山村, 赵永年（云山村）, 赵永年，云山村."""
    name, *rest = re.split(r"[\s\u3000,，、（(]+", line.strip(), maxsplit=1)
    return name, rest[0].strip("）) \u3000") if rest else ""


class TickForm(forms.Form):
    """Who was there: people of the unit to tick, guests to write down.

    `ticked` are those on the list when the page was made; the page tells it with `was`, so that
    only what was changed here is changed.
    """

    people = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    was = forms.MultipleChoiceField(required=False, widget=forms.MultipleHiddenInput)
    guests = forms.CharField(
        label="名单上没有的人",
        required=False,
        max_length=20_000,
        help_text=GUEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    total = CountField(
        label="签到表上一共几个名字？", missing="", required=False,
        help_text="选填。填了就帮您对一遍，看有没有勾漏",
    )  # fmt: skip

    def __init__(
        self, *args: Any, people: Sequence[Person], already: int, guests_before: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.by_pk = {str(person.pk): person for person in people}
        self.guests_before = guests_before
        for name in ("people", "was"):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101
            field.choices = [(pk, person.name) for pk, person in self.by_pk.items()]

    def clean_guests(self) -> list[tuple[str, str]]:
        lines = [line for line in self.cleaned_data["guests"].splitlines() if line.strip()]
        if len(lines) > MOST_GUESTS:
            raise forms.ValidationError(f"一次最多写 {MOST_GUESTS} 位，分两次写")
        found = [guest_of(line) for line in lines]
        for name, place in found:
            if len(name) > 60 or len(place) > 80:
                raise forms.ValidationError(f"“{name[:12]}…”太长了，一行只写一位")
        return list(dict.fromkeys(found))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        total = cleaned.get("total")
        if total is None or self.errors:
            return cleaned
        ticked, written = len(cleaned["people"]), len(cleaned["guests"]) + self.guests_before
        if total != ticked + written:
            self.add_error(
                "total",
                f"签到表上 {total} 个名字，这里勾了 {ticked} 位、写了 {written} 位，"
                f"一共 {ticked + written} 位。照着纸上的序号再对一遍",
            )
        return cleaned

    @property
    def added(self) -> list[Person]:
        news = set(self.cleaned_data["people"]) - set(self.cleaned_data["was"])
        return [person for pk, person in self.by_pk.items() if pk in news]

    @property
    def removed(self) -> list[int]:
        gone = set(self.cleaned_data["was"]) - set(self.cleaned_data["people"])
        return [int(pk) for pk in gone]


class StartForm(forms.Form):
    """When the meeting begins, today: the hours of signing in follow from it."""

    starts = forms.CharField(
        label="几点开始？", max_length=8, help_text="例如 14:30。提前半小时可以签，过两小时结束",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )  # fmt: skip

    def clean_starts(self) -> datetime:
        given = self.cleaned_data["starts"].translate(FULL_WIDTH).replace("：", ":")
        found = re.fullmatch(r"\s*([01]?\d|2[0-3])[:点时.]([0-5]\d)?分?\s*", given)
        if not found:
            raise forms.ValidationError("看不懂这个时间，写成 14:30 这样")
        at = time(int(found[1]), int(found[2] or 0))
        return timezone.make_aware(datetime.combine(calendar.today(), at))


class GuestForm(forms.Form):
    """What somebody who is not on the list writes on their own telephone."""

    name = forms.CharField(
        label="您的姓名", max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "写一下您的姓名"},
    )  # fmt: skip
    place = forms.CharField(
        label="您的单位", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "写一下您的单位，例如：云山村"},
    )  # fmt: skip


# --- paper ---------------------------------------------------------------------------------------


class CodeForm(forms.Form):
    code = forms.CharField(
        label="纸上的编号", max_length=30,
        help_text="在右上角二维码下面，8 位数字",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "照着纸上的编号输进来"},
    )  # fmt: skip

    def clean_code(self) -> codes.Code:
        try:
            return codes.read(self.cleaned_data["code"])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class BlankForm(forms.Form):
    """Which empty form is printed: of one kind it has that kind's own boxes too."""

    kind = forms.ModelChoiceField(
        ActivityKind.objects.filter(is_open=True).order_by("position", "pk"),
        label="印哪一类的？", required=False, empty_label="各类都能用的",
        help_text="选了类型，这一类自己要填的几项也印上",
        error_messages={"invalid_choice": "从单子里选一个类型"},
    )  # fmt: skip


class SheetPhotosForm(forms.Form):
    """One or several photos of sheets; read in the view, file by file."""

    file = forms.FileField(
        label="签到表的照片", required=False,
        help_text="右上角的二维码要拍进去。一次最多 10 张",
        widget=forms.FileInput(attrs={"accept": "image/*,.heic"}),
    )  # fmt: skip


# The order in which the boxes are printed and asked: name, label, squares for digits, ruled lines.
SHEET_ORDER: tuple[tuple[str, str, int, int], ...] = (
    ("kind", "活动类型", 0, 0),
    ("held_on", "日期", 8, 1),
    ("title", "主题", 0, 1),
    ("attendance", "到场人数", 4, 1),
    ("elders", "其中“五老”人次", 4, 1),
    ("youth", "受教育青少年人次", 4, 1),
    ("total", "合计（第 4、5、6 格加起来）", 5, 1),
    ("place", "地点", 0, 1),
    ("chair", "主持人", 0, 1),
    ("speakers", "主讲人", 0, 1),
    ("minutes", "说了哪些事", 0, 4),
    ("decisions", "议定事项", 0, 3),
)
SUMMED = ("attendance", "elders", "youth")
NUMBERS = {name: at for at, (name, *_) in enumerate(SHEET_ORDER, 1)}


class TypedBackForm(ActivityForm):
    """The sheet on the screen: the same boxes in the same order, and the sum of three of them.

    The answers are read by the fields of the record form, so paper and screen give one record.
    """

    total = CountField(
        label="合计", missing="把第 4、5、6 格加起来填在这里，纸上写了就照着填",
    )  # fmt: skip

    def __init__(self, *args: Any, own: Sequence[KindField], **kwargs: Any) -> None:
        """`own` are the kind's own boxes as this sheet has them printed, after the twelve."""
        super().__init__(*args, own=own, **kwargs)
        printed = [name_of(field) for field in own]
        for name in list(self.fields):
            if name not in NUMBERS and name not in printed:
                del self.fields[name]
        self.order_fields([*NUMBERS, *printed])
        for name, label, *_ in SHEET_ORDER:
            self.fields[name].label = f"{NUMBERS[name]}. {label}"
        for at, field in enumerate(own, len(NUMBERS) + 1):
            self.fields[name_of(field)].label = f"{at}. {field.label}"
        self.fields["held_on"].widget = DayInput()
        self.fields["held_on"].help_text = "照着纸上的 8 个数字，例如 20231017"
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ModelChoiceField)  # noqa: S101
        numbered = [(one.pk, f"{at} {one.name}") for at, one in enumerate(self.kinds, 1)]
        kind.choices = numbered  # as the sheet numbers them, and nothing behind a lid
        widget = kind.widget
        assert isinstance(widget, NotedChoices)  # noqa: S101
        widget.notes, widget.later = {}, set()
        self.fields["minutes"].help_text = ""
        self.fields["title"].help_text = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        total = cleaned.get("total")
        if total is None or any(name in self.errors for name in SUMMED):
            return cleaned
        values = [cleaned.get(name) or 0 for name in SUMMED]
        if sum(values) == total:
            return cleaned
        self.add_error("total", f"第 4、5、6 格加起来是 {sum(values)}，合计写的是 {total}，对不上")
        rows = [SUMMED[at] for at in codes.doubtful(values, total)] or list(SUMMED)
        for name in rows:
            one = len(rows) == 1
            said = "多半是这一格输错了，照着纸上的看一遍" if one else "这一格也照着纸上的核对一遍"
            self.add_error(name, f"第 {NUMBERS[name]} 格：{said}")
        return cleaned

    def sheet_fields(self) -> dict[str, Any]:
        """What goes into the record: the sum is only a check."""
        told = {name: self.cleaned_data[name] for name in NUMBERS if name != "total"}
        if self.own:
            told["extra"] = answers_in(self.own, self.cleaned_data, before=self.before)
        return told
