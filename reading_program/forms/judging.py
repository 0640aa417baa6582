"""Questions about rounds, judges, and the marks of one sheet."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from committees.choices import UnitKind
from committees.models import Unit, User
from committees.policy import Role
from portal.kernel import calendar
from reading_program.choices import ScoreRule
from reading_program.models import Edition, EntryGroup, JudgingRound, ScoreSheet, Track

STEP = Decimal("0.5")


class RoundForm(forms.Form):
    track = forms.ModelChoiceField(
        label="评哪个项目？", queryset=Track.objects.none(), empty_label=None,
        error_messages={"required": "选一个评选项目"},
    )  # fmt: skip
    group = forms.ModelChoiceField(
        label="哪个组别？",
        queryset=EntryGroup.objects.none(),
        required=False,
        empty_label="所有组别一起评",
    )
    name = forms.CharField(
        label="这一轮叫什么？",
        max_length=10,
        initial="复评",
        help_text="例如：初评、复评、终评",
        error_messages={"required": "写上这一轮的名称", "max_length": "最多 10 个字"},
    )
    judges_each = forms.IntegerField(
        label="每件请几位评委？",
        help_text="一般 3 位。3 位以上可以去掉最高分和最低分",
        min_value=1,
        max_value=9,
        initial=3,
        error_messages={"required": "写上几位", "min_value": "至少 1 位", "max_value": "最多 9 位"},
    )
    rule = forms.ChoiceField(label="怎样算分？", choices=ScoreRule.choices)
    gap = forms.DecimalField(
        label="两位评委相差多少分时请第三位？",
        required=False,
        min_value=1,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        help_text="只在每件两位评委时用；不用就空着",
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["track"].queryset = edition.tracks.all()  # type: ignore[attr-defined]
        self.fields["group"].queryset = edition.groups.all()  # type: ignore[attr-defined]


class JudgeForm(forms.Form):
    account = forms.ModelChoiceField(
        label="请哪位评委？", queryset=User.objects.none(), empty_label=None,
        help_text="先在“用户与权限”里给他开评委账号",
        error_messages={"required": "选一位评委"},
    )  # fmt: skip
    school = forms.ModelChoiceField(
        label="现在在哪个学校？",
        queryset=Unit.objects.none(),
        required=False,
        empty_label="不在本市学校",
        help_text="本校和本教办的作品不会分给他",
    )  # fmt: skip
    former_schools = forms.ModelMultipleChoiceField(
        label="以前在哪些学校工作过？", queryset=Unit.objects.none(), required=False,
        help_text="这些学校的作品也不会分给他，可以选几个",
    )  # fmt: skip

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = calendar.today()
        schools = Unit.objects.filter(
            city=edition.city, kind__in=[UnitKind.SCHOOL, UnitKind.KINDERGARTEN]
        ).open_on(today)
        known = edition.judges.values("account")
        found = User.objects.filter(
            grants__role=Role.JUDGE, grants__unit=edition.city, grants__period__contains=today
        )
        accounts = found.exclude(pk__in=known).distinct()
        self.fields["account"].queryset = accounts.order_by("name")  # type: ignore[attr-defined]
        for name in ("school", "former_schools"):
            self.fields[name].queryset = schools.order_by("path")  # type: ignore[attr-defined]


class MarkForm(forms.Form):
    """One number a criterion, none of them compulsory while it is a draft."""

    comment = forms.CharField(
        label="评语",
        required=False,
        max_length=300,
        help_text="不要写能认出是谁的话",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": "评语最多 300 个字"},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, here: JudgingRound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [f"mark_{at}" for at in range(len(here.criteria))]
        for name, row in zip(self.names, here.criteria, strict=True):
            most = Decimal(row["most"])
            self.fields[name] = forms.DecimalField(
                label=f"{row['name']}（{most} 分）",
                required=not self.is_bound,  # for the label; a draft may leave any of them open
                min_value=0,
                max_value=most,
                step_size=STEP,
                max_digits=5,
                decimal_places=1,
                error_messages={
                    "invalid": f"“{row['name']}”写 0 到 {most} 的数字",
                    "min_value": f"“{row['name']}”最低 0 分",
                    "max_value": f"“{row['name']}”最高 {most} 分",
                    "step_size": "分数写到半分为止",
                    "max_decimal_places": "分数写到半分为止",
                },
            )
        self.order_fields([*self.names, "comment", "version"])

    def marks(self) -> list[Decimal | None]:
        return [self.cleaned_data[name] for name in self.names]

    @staticmethod
    def initial_of(sheet: ScoreSheet) -> dict[str, Any]:
        marks: Sequence[str] = sheet.marks
        return {f"mark_{at}": mark for at, mark in enumerate(marks)} | {
            "comment": sheet.comment,
            "version": sheet.version,
        }


class GiveBackForm(forms.Form):
    note = forms.CharField(
        label="为什么回避？",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="例如：认出是本人学生的作品。只有局关工委看得到",
        error_messages={"required": "写一句原因"},
    )


class ScoreBookForm(forms.Form):
    upload = forms.FileField(
        label="填好的评分表（.xlsx）",
        help_text="就是从这一页下载的那一张，不要改编号那一列",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": "选一下填好的评分表", "empty": "这个文件是空的，请重新选一个"},
    )
