"""Questions about an edition, its stages and its tracks."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from portal.kernel.calendar import date_cn
from portal.kernel.forms import DayField, DayInput, narrow
from reading_program.models import Edition, Stage, Track

FACTS = ["name", "theme", "starts_on", "ends_on", "plans_due_on", "asks_kindergartens"]
KEPT = [*FACTS, "keep_until"]  # of an edition that is there already


class FutureDayField(DayField):
    """A day of a plan: before or after today."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"future": True, "widget": DayInput, **kwargs})


class EditionForm(forms.Form):
    name = forms.CharField(
        label="活动名称",
        max_length=80,
        error_messages={"required": "写上活动名称", "max_length": "活动名称最多 80 个字"},
    )
    theme = forms.CharField(
        label="今年的主题",
        max_length=40,
        help_text="例如：传承经典，筑梦未来",
        error_messages={"required": "写上今年的主题", "max_length": "主题最多 40 个字"},
    )
    starts_on = FutureDayField(label="从哪天开始？", missing="写一下从哪天开始")
    ends_on = FutureDayField(
        label="到哪天结束？",
        help_text="发完证书、收好档案的那一天，可以先估一个",
        missing="写一下到哪天结束",
    )
    plans_due_on = FutureDayField(
        label="实施方案哪天交齐？", missing="", required=False, help_text="不限日期就空着"
    )
    asks_kindergartens = forms.BooleanField(label="幼儿园也参加，也要交方案", required=False)

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        due = self.cleaned_data.get("plans_due_on")
        if first and last and last < first:
            self.add_error("ends_on", f"结束日期要在开始日期（{date_cn(first)}）以后")
        if first and last and due and not first <= due <= last:
            self.add_error("plans_due_on", "交齐日期要在活动开始和结束之间")
        return self.cleaned_data


class NewEditionForm(EditionForm):
    """A new edition begins with the tracks of an earlier one, or with the usual six."""

    like = forms.ModelChoiceField(
        Edition.objects.none(),
        label="评选项目、组别和日程照哪一届？",
        required=False,
        empty_label="不照哪一届，用通常的六个项目",
        help_text="只是照着抄一份：各项目的要求、问题和评分项都带过来，改这一届不影响那一届",
        error_messages={"invalid_choice": "从列出的几届里选"},
    )

    def __init__(self, *args: Any, earlier: QuerySet[Edition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "like", earlier)


class WholeEditionForm(EditionForm):
    """The edition with a row of questions for each stage and each track."""

    keep_until = FutureDayField(
        label="姓名和作品保留到哪天？",
        missing="",
        required=False,
        help_text="空着就是活动结束后三年。过了这天，当晚自动删除，只留获奖记录",
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update({name: getattr(edition, name) for name in KEPT})
        self.stages: list[Stage] = list(edition.stages.all())
        self.tracks: list[Track] = list(edition.tracks.all())
        for stage in self.stages:
            for end, words in (("starts_on", "从哪天"), ("ends_on", "到哪天")):
                self.fields[f"stage_{stage.pk}_{end}"] = FutureDayField(
                    label=f"{stage.name}：{words}",
                    missing=f"写一下“{stage.name}”{words}",
                    initial=getattr(stage, end),
                )
        for track in self.tracks:
            self.fields[f"track_{track.pk}_name"] = forms.CharField(
                label=f"评选项目 {track.position}",
                max_length=20,
                initial=track.name,
                error_messages={"required": "写上评选项目的名称", "max_length": "名称最多 20 个字"},
            )

    def clean(self) -> dict[str, Any]:
        super().clean()
        over, kept = self.cleaned_data.get("ends_on"), self.cleaned_data.get("keep_until")
        if over and kept and kept <= over:
            self.add_error("keep_until", f"要在活动结束（{date_cn(over)}）以后")
        for stage in self.stages:
            first: date | None = self.cleaned_data.get(f"stage_{stage.pk}_starts_on")
            last: date | None = self.cleaned_data.get(f"stage_{stage.pk}_ends_on")
            if first and last and last < first:
                self.add_error(
                    f"stage_{stage.pk}_ends_on",
                    ValidationError(f"“{stage.name}”的结束日期要在开始日期以后"),
                )
        return self.cleaned_data

    def rows(self) -> dict[str, Any]:
        """What reading_program.services.editions.correct_edition takes."""
        data = self.cleaned_data
        ends = ("starts_on", "ends_on")
        return {
            "facts": {name: data[name] for name in KEPT},
            "stages": {
                stage.pk: {end: data[f"stage_{stage.pk}_{end}"] for end in ends}
                for stage in self.stages
            },
            "tracks": {track.pk: {"name": data[f"track_{track.pk}_name"]} for track in self.tracks},
        }
