"""Questions about a mentor, a course, an appointment, and the rules of dispatching."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from activities.choices import AppointmentEnd, DayPart, MentorRole, TravelLimit
from activities.models import LectureTopic, Mentor, MentorTeam
from committees.choices import SchoolStage
from committees.models import RoleGrant, Unit, User
from committees.policy import Role
from portal.kernel import cells
from portal.kernel.forms import CountField, DayField, DayInput, narrow


class AnyDayField(DayField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"future": True, "widget": DayInput, **kwargs})


class MentorForm(forms.Form):
    """The card: topics, how far, how often. Limits left empty are the city's."""

    topics = forms.ModelMultipleChoiceField(
        LectureTopic.objects.none(), label="能讲哪些专题", widget=forms.CheckboxSelectMultiple,
        help_text="可以选几个", error_messages={"required": "至少选一个专题"},
    )  # fmt: skip
    about = forms.CharField(
        label="简介", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="点课的学校看得到。不要写身体情况和家庭情况",
    )  # fmt: skip
    travel = forms.ChoiceField(
        label="能走多远", choices=TravelLimit.choices, widget=forms.RadioSelect, initial="city"
    )
    most_a_term = CountField(
        label="一学期最多讲几场", missing="", required=False, max_value=60,
        help_text="空着就按全市的规定",
    )  # fmt: skip
    rest_days = CountField(
        label="两场之间至少歇几天", missing="", required=False, max_value=60,
        help_text="空着就按全市的规定",
    )  # fmt: skip
    team = forms.ModelChoiceField(
        MentorTeam.objects.none(), label="讲师团", required=False, empty_label="不在讲师团里"
    )
    user = forms.ModelChoiceField(
        User.objects.none(), label="登录账号", required=False, empty_label="没有账号",
        help_text="有“关爱导师”角色的账号。没有也行，邀请可以点链接或打电话答复",
    )  # fmt: skip

    def __init__(
        self, *args: Any, city: Unit, home: Unit, mentor: Mentor | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "topics", LectureTopic.objects.filter(city=city, is_open=True))
        narrow(self, "team", MentorTeam.objects.filter(unit__city=city, closed_on=None))
        held = RoleGrant.objects.filter(role=Role.MENTOR, unit__path__startswith=home.path[:8])
        narrow(self, "user", User.objects.filter(pk__in=held.values("user")).order_by("name"))
        if mentor is not None:
            self.initial.update(
                {name: getattr(mentor, name) for name in self.fields if name != "topics"}
            )
            self.initial["topics"] = list(mentor.topics.all())

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "topics"}


class OwnCardForm(forms.Form):
    """What a mentor keeps up to date alone; an empty number leaves the one that stands."""

    phone = forms.CharField(
        label="手机", max_length=30, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    topics = forms.ModelMultipleChoiceField(
        LectureTopic.objects.none(), label="能讲哪些专题", widget=forms.CheckboxSelectMultiple,
        help_text="可以选几个", error_messages={"required": "至少选一个专题"},
    )  # fmt: skip
    about = forms.CharField(
        label="简介", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="点课的学校看得到。不要写身体情况和家庭情况",
    )  # fmt: skip

    def __init__(self, *args: Any, mentor: Mentor, masked: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        city = mentor.person.unit.city
        narrow(self, "topics", LectureTopic.objects.filter(city=city, is_open=True))
        self.initial = {"topics": list(mentor.topics.all()), "about": mentor.about}
        now = f"现在登记的是 {masked}。" if masked else ""
        self.fields["phone"].help_text = f"{now}换了号码在这里写新的，没换就空着"

    def clean_phone(self) -> str | None:
        read = cells.phone(self.cleaned_data["phone"])
        if read.value is None and read.warning:
            raise ValidationError(read.warning)
        return read.value


class MentorFilter(forms.Form):
    q = forms.CharField(label="姓名", required=False, max_length=60)
    topic = forms.ModelChoiceField(
        LectureTopic.objects.none(), label="专题", required=False, empty_label="全部"
    )
    office = forms.ModelChoiceField(
        Unit.objects.none(), label="教办", required=False, empty_label="全部"
    )

    def __init__(
        self, *args: Any, topics: QuerySet[LectureTopic], offices: QuerySet[Unit], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "topic", topics)
        narrow(self, "office", offices)


class PersonSearch(forms.Form):
    q = forms.CharField(label="姓名", required=False, max_length=60)


class CourseForm(forms.Form):
    """制单: what is taught, and the outline that will be approved."""

    topic = forms.ModelChoiceField(
        LectureTopic.objects.none(), label="哪个专题", widget=forms.RadioSelect, empty_label=None,
        error_messages={"required": "选一个专题"},
    )  # fmt: skip
    title = forms.CharField(
        label="题目", max_length=60,
        error_messages={"required": "写一下题目", "max_length": "题目最多 60 个字"},
    )  # fmt: skip
    summary = forms.CharField(
        label="讲什么", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="两三句话，点课的学校看得到", error_messages={"required": "用两三句话写写讲什么"},
    )  # fmt: skip
    minutes = CountField(
        label="讲多少分钟",
        help_text="小学一般 40，初中一般 45",
        missing="写一下讲多少分钟",
        min_value=10,
        max_value=240,
        initial=60,
    )
    outline = forms.FileField(
        label="宣讲提纲", help_text="PDF 或 Word（.docx）文件，审定以后上菜单",
        error_messages={"required": "选一份宣讲提纲", "empty": "这个文件是空的，请重新选一个"},
    )  # fmt: skip

    def __init__(self, *args: Any, city: Unit, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "topic", LectureTopic.objects.filter(city=city, is_open=True))
        if not is_new:
            self.fields["outline"].required = False
            self.fields["outline"].help_text = "提纲没有变就不用选"

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "outline"}


class PauseForm(forms.Form):
    first = AnyDayField(label="从哪天", missing="写一下从哪天起不方便")
    last = AnyDayField(label="到哪天", missing="", required=False, help_text="只有一天就空着")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["last"] = cleaned.get("last") or cleaned.get("first")
        return cleaned


class AppointForm(forms.Form):
    """聘任 of one or several mentors to one unit."""

    mentors = forms.ModelMultipleChoiceField(
        Mentor.objects.none(), label="聘请哪些导师", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少选一位导师"},
    )  # fmt: skip
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="在哪个单位受聘", empty_label=None,
        error_messages={"required": "选一下受聘单位", "invalid_choice": "从名单里选一个单位"},
    )  # fmt: skip
    role = forms.ChoiceField(
        label="聘为", choices=MentorRole.choices, widget=forms.RadioSelect,
        initial=MentorRole.CARE_MENTOR, error_messages={"required": "选一下聘为什么"},
    )  # fmt: skip
    first = AnyDayField(label="聘期从哪天起", missing="写一下聘期从哪天起")
    years = forms.TypedChoiceField(
        label="聘几年", choices=[("1", "一年"), ("2", "两年"), ("3", "三年"), ("5", "五年")],
        coerce=int, initial="3", widget=forms.RadioSelect,
        error_messages={"required": "选一下聘几年"},
    )  # fmt: skip

    def __init__(
        self, *args: Any, mentors: QuerySet[Mentor], units: QuerySet[Unit], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "mentors", mentors)
        narrow(self, "unit", units)
        field, known = self.fields["mentors"], mentors.select_related("person__unit")
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101
        field.choices = [(it.pk, f"{it.person.name}（{it.person.unit.name}）") for it in known]


class AppointmentTermForm(forms.Form):
    """The first and the last day as they should have been entered."""

    first = AnyDayField(label="从", missing="写一下从哪天起")
    last = AnyDayField(label="到", missing="写一下到哪天")


class EndForm(forms.Form):
    on = AnyDayField(label="从哪天起不再受聘", missing="写一下从哪天起不再受聘")
    because = forms.ChoiceField(
        label="原因", choices=AppointmentEnd.choices, widget=forms.RadioSelect,
        error_messages={"required": "选一个原因"},
    )  # fmt: skip


PARTS = [("", "全部在聘"), ("expiring", "60 天内到期"), ("cross", "跨校的"), ("past", "已结束的")]


class AppointmentFilter(forms.Form):
    part = forms.ChoiceField(label="哪些", required=False, choices=PARTS)
    q = forms.CharField(label="姓名", required=False, max_length=60)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="受聘单位或教办", required=False, empty_label="全部"
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "unit", units)


class RulesForm(forms.Form):
    answer_days = CountField(
        label="几天内答复", missing="写一下几天", min_value=1, max_value=30,
        help_text="过了没有答复，就请下一位",
    )  # fmt: skip
    most_a_term = CountField(
        label="一学期最多几场",
        help_text="超过这个数就不再排给这位导师",
        missing="写一下几场",
        min_value=1,
        max_value=60,
    )
    rest_days = CountField(
        label="两场之间至少歇几天",
        help_text="写 0 就是可以连着两天讲",
        missing="写一下几天",
        max_value=60,
    )
    asks_next_itself = forms.BooleanField(
        label="导师去不了时，自动请下一位", required=False,
        help_text="不勾就由安排的同志看过下一位建议再点",
    )  # fmt: skip


class TopicForm(forms.Form):
    name = forms.CharField(
        label="专题名称", max_length=20, error_messages={"required": "写一下专题名称"}
    )
    is_open = forms.BooleanField(label="学校可以点", required=False, initial=True)


class SeasonForm(forms.Form):
    """Days of every year; one that runs over New Year is entered as two."""

    name = forms.CharField(
        label="名称", max_length=20, help_text="例如：高温、中考季",
        error_messages={"required": "写一下名称"},
    )  # fmt: skip
    first = AnyDayField(label="从哪天", missing="写一下从哪天", help_text="每年都一样，年份不算")
    last = AnyDayField(label="到哪天", missing="写一下到哪天")
    parts = forms.MultipleChoiceField(
        label="哪些时段不安排", choices=DayPart.choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少选一个时段"},
    )  # fmt: skip
    stages = forms.MultipleChoiceField(
        label="只对这些学段", choices=SchoolStage.choices, required=False,
        widget=forms.CheckboxSelectMultiple, help_text="不选就是所有单位",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("first", "last"):
            day = cleaned.get(name)
            if isinstance(day, date):
                cleaned[name] = day.month * 100 + day.day
        if cleaned.get("first") and cleaned.get("last") and cleaned["first"] > cleaned["last"]:
            raise ValidationError("要从年头到年尾写。跨年的分成两段，各加一次")
        return cleaned
