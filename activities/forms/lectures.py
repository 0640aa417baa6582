"""Questions about a lecture: the order, whom to send, an answer, how many came, how it was."""

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet

from activities.choices import (
    DayPart,
    DeclineReason,
    LectureAudience,
    LectureState,
)
from activities.models import Lecture, LectureCourse, LectureTopic
from activities.services.dispatch import START_OF, Advice, Slot, Suggestion, slot_at
from committees.models import Unit
from portal.kernel import calendar, cells
from portal.kernel.forms import FULL_WIDTH, CountField, DayField, DayInput, NotedChoices, narrow

PARTS = forms.RadioSelect
ORDER_FIELDS = (
    "topic", "audience", "audience_words", "wish1_on", "wish1_part", "wish2_on", "wish2_part",
    "place", "contact", "contact_phone",
)  # fmt: skip


class ComingDayField(DayField):
    """A day from today on; one written without a year is the next such day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"future": True, "widget": DayInput, **kwargs})

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        today = calendar.today()
        if day is not None and day < today and not re.search(r"\d{4}", str(value)):
            try:
                day = day.replace(year=day.year + 1)
            except ValueError:  # 29 February
                day = date(day.year + 1, 3, 1)
        if day is not None and day < today:
            raise ValidationError("这一天已经过了，请写今天以后的日子", code="past")
        return day


class OrderForm(forms.Form):
    """点单: five questions; the second day is a help, not a duty."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="哪个单位要听？", empty_label=None,
        error_messages={"required": "选一下哪个单位要听", "invalid_choice": "从名单里选一个单位"},
    )  # fmt: skip
    topic = forms.ModelChoiceField(
        LectureTopic.objects.none(), label="1. 想听什么专题？", widget=NotedChoices,
        empty_label=None,
        error_messages={"required": "选一个专题", "invalid_choice": "从下面选一个专题"},
    )  # fmt: skip
    audience = forms.ChoiceField(
        label="2. 讲给谁听？", choices=LectureAudience.choices, widget=forms.RadioSelect,
        error_messages={"required": "选一下讲给谁听"},
    )  # fmt: skip
    audience_words = forms.CharField(
        label="哪个年级、哪些家长", max_length=40, required=False,
        help_text="例如：五年级，约 120 人",
    )  # fmt: skip
    wish1_on = ComingDayField(
        label="3. 最想哪天？", missing="写一下最想哪天", help_text="例如 2023-10-17 或 10月17日"
    )
    wish1_part = forms.ChoiceField(
        label="那天什么时候？", choices=DayPart.choices, widget=forms.RadioSelect,
        error_messages={"required": "选上午、下午或晚上"},
    )  # fmt: skip
    wish2_on = ComingDayField(
        label="或者哪天？", missing="", required=False, help_text="多给一天，容易排上"
    )
    wish2_part = forms.ChoiceField(
        label="第二个日子什么时候？", choices=DayPart.choices, widget=forms.RadioSelect,
        required=False,
    )  # fmt: skip
    place = forms.CharField(
        label="4. 在哪里讲？", max_length=60, help_text="例如：报告厅、三楼会议室",
        error_messages={"required": "写一下在哪里讲"},
    )  # fmt: skip
    contact = forms.CharField(
        label="5. 联系人", max_length=40, error_messages={"required": "写一下联系人的姓名"}
    )
    contact_phone = forms.CharField(
        label="联系人手机", max_length=30,
        help_text="只给安排的同志和来讲课的导师看",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        error_messages={"required": "写一下联系人的手机，导师来之前要找得到人"},
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        city: Unit,
        units: QuerySet[Unit] | None,
        course: LectureCourse | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if units is None:
            del self.fields["unit"]
        else:
            narrow(self, "unit", units)
        if course is not None:
            del self.fields["topic"]  # the chosen course says it
            return
        teaching = Count("courses", filter=Q(courses__state="approved"), distinct=True)
        topics = LectureTopic.objects.filter(city=city, is_open=True).annotate(
            on_menu=teaching,
            known_by=Count("mentors", filter=Q(mentors__left_on=None), distinct=True),
        )
        narrow(self, "topic", topics)
        field, rows = self.fields["topic"], list(topics)
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.choices = [(topic.pk, topic.name) for topic in rows]
        widget = field.widget
        assert isinstance(widget, NotedChoices)  # noqa: S101
        widget.notes = {
            str(topic.pk): f"{topic.on_menu} 节审定的课" if topic.on_menu
            else f"{topic.known_by} 位导师能讲" if topic.known_by else "暂时没有导师"
            for topic in rows
        }  # fmt: skip

    def clean_contact_phone(self) -> str:
        read = cells.phone(self.cleaned_data["contact_phone"])
        if read.value is None:
            raise ValidationError(read.warning or "写一下联系人的手机")
        return read.value

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        day, part = cleaned.get("wish2_on"), cleaned.get("wish2_part")
        if day and not part and "wish2_part" not in self.errors:
            self.add_error("wish2_part", "第二个日子也选一下上午、下午或晚上")
        if part and not day and "wish2_on" not in self.errors:
            cleaned["wish2_part"] = ""
        first = (cleaned.get("wish1_on"), cleaned.get("wish1_part"))
        if day and (day, part) == first:
            self.add_error("wish2_on", "和最想的那天是同一个时间，换一个，或者空着")
        return cleaned

    def order(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ORDER_FIELDS if name in self.cleaned_data}


def order_of(lecture: Lecture) -> dict[str, Any]:
    return {name: getattr(lecture, name) for name in ORDER_FIELDS}


class DispatchForm(forms.Form):
    """One suggestion out of those that break no limit, and the hour agreed on."""

    choice = forms.ChoiceField(
        label="请哪位导师、哪一天", widget=NotedChoices,
        error_messages={
            "required": "选一位导师",
            "invalid_choice": "这位导师刚刚有了别的安排，看看新的名单再选",
        },
    )  # fmt: skip
    at = forms.CharField(
        label="几点开始",
        max_length=10,
        required=False,
        help_text="不写就是上午 9:00、下午 14:00、晚上 18:30",
        widget=forms.TextInput(attrs={"placeholder": "14:00", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, advice: Sequence[Advice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {
            f"{number}-{found.load.mentor.pk}": found
            for number, each in enumerate(advice, start=1)
            for found in each.suggestions
        }
        field = self.fields["choice"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [
            (key, f"{found.load.name} · {found.slot.label}") for key, found in self.offered.items()
        ]
        widget = field.widget
        assert isinstance(widget, NotedChoices)  # noqa: S101
        widget.notes = {key: "；".join(found.words) for key, found in self.offered.items()}
        widget.later = set(list(self.offered)[6:])
        widget.later_words = "别的导师"

    @property
    def first(self) -> tuple[str, Suggestion] | None:
        """The suggestion on top, with the answer that chooses it."""
        return next(iter(self.offered.items()), None)

    def clean_at(self) -> time | None:
        return _hour(self.cleaned_data["at"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        at, found = cleaned.get("at"), self.offered.get(cleaned.get("choice", ""))
        if at is not None and found is not None and _part_of(at) != found.slot.part:
            self.add_error(
                "at", f"选的是{found.slot.part.label}，请写{found.slot.part.label}的钟点"
            )
        return cleaned

    def chosen(self) -> tuple[Any, Any, Slot]:
        """(mentor, course, slot) of the chosen suggestion."""
        found = self.offered[self.cleaned_data["choice"]]
        minutes = found.course.minutes if found.course else 60
        at = self.cleaned_data["at"]
        return (
            found.load.mentor,
            found.course,
            slot_at(found.slot.day, found.slot.part, at=at, minutes=minutes),
        )


def _hour(words: str) -> time | None:
    """14:00, 14：30, 9点, 9点半; None when empty."""
    text = re.sub(r"\s", "", words.translate(FULL_WIDTH).replace("：", ":"))
    if not text:
        return None
    found = re.fullmatch(r"(\d{1,2})(?::(\d{2})|[点时](?:(半)|(\d{1,2})分?)?)?", text)
    hour = int(found[1]) if found else 99
    minute = 30 if found and found[3] else int((found and (found[2] or found[4])) or 0)
    if not found or hour > 21 or hour < 7 or minute > 59:
        raise ValidationError(f"看不懂“{words}”，请写成 14:00 这样，早上 7 点到晚上 9 点")
    return time(hour, minute)


def _part_of(at: time) -> DayPart:
    if at < time(12, 0):
        return DayPart.MORNING
    return (
        DayPart.AFTERNOON if at < START_OF[DayPart.EVENING].replace(minute=0) else DayPart.EVENING
    )


class StandInForm(DispatchForm):
    """替讲: another mentor at the very same time, and whether that one has said yes already."""

    reason = forms.ChoiceField(
        label="原来的导师去不了是因为", choices=DeclineReason.choices, widget=forms.RadioSelect,
        initial=DeclineReason.OTHER,
        error_messages={"required": "点一个原因", "invalid_choice": "从下面点一个原因"},
    )  # fmt: skip
    has_agreed = forms.BooleanField(
        label="打过电话，替讲的导师已经答应了", required=False,
        help_text="不勾就发邀请，等本人答复",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["at"]  # the time stands
        self.fields["choice"].label = "请哪位替讲"


class SlidesForm(forms.Form):
    upload = forms.FileField(
        label="课件", help_text="PDF 或 Word（.docx）文件。演示文稿先另存为 PDF",
        error_messages={"required": "选一份课件", "empty": "这个文件是空的，请重新选一个"},
    )  # fmt: skip


class AnswerForm(forms.Form):
    """我去 or 去不了; the second with one chip, never with a history of illness."""

    answer = forms.ChoiceField(
        choices=[("yes", "我去"), ("no", "去不了")],
        error_messages={"required": "点“我去”或“去不了”"},
    )
    reason = forms.ChoiceField(
        label="去不了是因为", choices=DeclineReason.choices, widget=forms.RadioSelect,
        error_messages={
            "required": "点一个原因，好另请一位", "invalid_choice": "从下面点一个原因",
        },
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("answer") == "yes":
            self.errors.pop("reason", None)  # who comes owes no reason
        return cleaned


class ReportForm(forms.Form):
    attendance = CountField(
        label="到场多少人？", missing="填写到场人数，数一数就行", min_value=1,
    )  # fmt: skip
    words = forms.CharField(
        label="说一两句", required=False, max_length=2000,
        help_text="例如：孩子们问了哪些问题。写简报时用得上",
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


MARKS = [("5", "5 很好"), ("4", "4 好"), ("3", "3 一般"), ("2", "2 差一些"), ("1", "1 不合适")]


class RatingForm(forms.Form):
    """评单: three marks and a sentence; they help the mentor and rank nobody."""

    content = forms.TypedChoiceField(
        label="内容", choices=MARKS, coerce=int, widget=forms.RadioSelect,
        error_messages={"required": "给内容打个分"},
    )  # fmt: skip
    expression = forms.TypedChoiceField(
        label="表达", choices=MARKS, coerce=int, widget=forms.RadioSelect,
        error_messages={"required": "给表达打个分"},
    )  # fmt: skip
    fit = forms.TypedChoiceField(
        label="针对性", choices=MARKS, coerce=int, widget=forms.RadioSelect,
        error_messages={"required": "给针对性打个分"},
    )  # fmt: skip
    words = forms.CharField(
        label="想对导师说的话", required=False, max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class WhyForm(forms.Form):
    note = forms.CharField(
        label="原因", max_length=200, help_text="学校和导师都看得到这句话",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "写一句原因，学校和导师看得到"},
    )  # fmt: skip


class LectureFilter(forms.Form):
    """The calendar's filters; all optional, all in the address."""

    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *LectureState.choices]
    )
    topic = forms.ModelChoiceField(
        LectureTopic.objects.none(), label="专题", required=False, empty_label="全部"
    )
    office = forms.ModelChoiceField(
        Unit.objects.none(), label="教办", required=False, empty_label="全部"
    )
    month = forms.CharField(label="月份", required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, topics: QuerySet[LectureTopic], offices: QuerySet[Unit], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "topic", topics)
        if offices.count() > 1:
            narrow(self, "office", offices)
        else:
            del self.fields["office"]
