"""Questions about a team of mentors: what it is, who belongs to it, who leads it from when."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from activities.choices import MentorTeamKind, TeachingLevel
from activities.models import Mentor, MentorTeam
from committees.models import Unit
from portal.kernel.forms import CountField, DayField, DayInput, narrow


class TeamForm(forms.Form):
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="由哪个单位照管", empty_label="选一个单位",
        error_messages={"required": "选一个单位", "invalid_choice": "从列表里选一个单位"},
    )  # fmt: skip
    name = forms.CharField(
        label="名称", max_length=40,
        error_messages={"required": "写一下名称", "max_length": "名称最多 40 个字"},
    )  # fmt: skip
    kind = forms.ChoiceField(
        label="是什么团", choices=MentorTeamKind.choices, widget=forms.RadioSelect,
        error_messages={"required": "选一种"},
    )  # fmt: skip
    levels = forms.MultipleChoiceField(
        label="面向哪些学段", choices=TeachingLevel.choices, required=False,
        widget=forms.CheckboxSelectMultiple, help_text="不选就是都面向",
    )  # fmt: skip

    def __init__(
        self, *args: Any, units: QuerySet[Unit], team: MentorTeam | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "unit", units)
        if team is not None:
            del self.fields["unit"]
            self.initial = {name: getattr(team, name) for name in ("name", "kind", "levels")}


class MembersForm(forms.Form):
    members = forms.ModelMultipleChoiceField(
        Mentor.objects.none(), label="谁在团里", required=False,
        widget=forms.CheckboxSelectMultiple, help_text="勾上的在团里，去掉勾就退出这个团",
    )  # fmt: skip

    def __init__(self, *args: Any, team: MentorTeam, among: list[Mentor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "members", Mentor.objects.filter(pk__in=[it.pk for it in among]))
        field = self.fields["members"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101
        field.choices = [(it.pk, f"{it.person.name}（{it.person.unit.name}）") for it in among]
        self.initial["members"] = [it.pk for it in among if it.team_id == team.pk]


class TeamTermForm(forms.Form):
    number = CountField(
        label="第几届？",
        help_text="接着上一届往下数，第一次建团写 1",
        missing="写上第几届",
        min_value=1,
        max_value=99,
    )
    first = DayField(label="从哪天开始？", missing="写上从哪天开始", future=True, widget=DayInput)
    years = CountField(
        label="几年一届？",
        help_text="只写数字，例如 3",
        missing="写上几年",
        min_value=1,
        max_value=10,
        initial=3,
    )
    leader = forms.ModelChoiceField(
        Mentor.objects.none(), label="团长", required=False, empty_label="还没有定",
        error_messages={"invalid_choice": "从团里选一位"},
    )  # fmt: skip

    def __init__(self, *args: Any, team: MentorTeam, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "leader", team.mentors.filter(left_on=None).select_related("person"))


class TeamTermFactsForm(forms.Form):
    """Which 届 it is and its days; without `until` it has no end yet."""

    number = CountField(
        label="第几届",
        help_text="接着上一届往下数，第一次建团写 1",
        missing="写上第几届",
        min_value=1,
        max_value=99,
    )
    first = DayField(label="从哪天起", missing="写上从哪天起", future=True, widget=DayInput)
    until = DayField(
        label="到哪天为止",
        help_text="这一届的最后一天",
        missing="",
        future=True,
        required=False,
        widget=DayInput,
    )
