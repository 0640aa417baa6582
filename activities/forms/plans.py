"""What a bureau types when it uploads and reviews the year's work points."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from activities.choices import TaskScope, ToldState
from activities.models import Activity, ActivityKind, PlanNode, PlanTask, TaskWork
from activities.services.plans import YEARS, TaskDraft
from committees.choices import SchoolStage
from committees.models import ObligationSet, Unit
from portal.kernel.forms import CountField, DayField, DayInput

MAX_TASKS = 40


class PlanUploadForm(forms.Form):
    """One file; the year only where the file does not tell it."""

    file = forms.FileField(
        label="工作要点文件",
        help_text="Word 文档（.docx）或文本文件（.txt），最大 20 MB。先给您核对，不会直接发布",
        widget=forms.ClearableFileInput(attrs={"accept": ".docx,.txt"}),
        error_messages={
            "required": "选一下工作要点文件",
            "empty": "这个文件是空的，里面没有内容，请重新选一个文件",
            "missing": "选一下工作要点文件",
            "invalid": "文件没有传上来，请再选一次",
        },
    )
    year = CountField(
        label="年度",
        help_text="文件标题里写明年份的，可以不填",
        required=False,
        missing="填写年度，例如 2023",
        min_value=YEARS.start,
        max_value=YEARS.stop - 1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class PlanHeadingForm(forms.Form):
    title = forms.CharField(
        label="标题",
        max_length=120,
        error_messages={
            "required": "写一下标题，例如：2023年工作要点",
            "max_length": "标题请缩到 120 个字以内",
        },
    )
    issuer = forms.CharField(
        label="制发单位",
        max_length=80,
        required=False,
        error_messages={"max_length": "制发单位请缩到 80 个字以内"},
    )


class NodeForm(forms.Form):
    """One item of the document."""

    number = forms.CharField(
        label="编号",
        help_text="照原件写，例如 一、（一）、1；没有编号的不用填",
        max_length=12,
        required=False,
        error_messages={"max_length": "编号请缩到 12 个字以内"},
    )
    title = forms.CharField(
        label="标题",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 1}),
        error_messages={
            "required": "写一下这一条的标题",
            "max_length": "标题请缩到 200 个字以内，其余的放到正文里",
        },
    )
    text = forms.CharField(
        label="正文",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"max_length": "这一条的正文太长了，请分成几条"},
    )

    @classmethod
    def of(cls, node: PlanNode, data: Any = None) -> "NodeForm":
        initial = {"number": node.number, "title": node.title, "text": node.text}
        return cls(data, initial=initial)


class TaskForm(forms.Form):
    """One task: what, who, until when, how many, shown by which records."""

    text = forms.CharField(
        label="做什么",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "写一下要做什么；不要这一项的话，勾选“删去这一项”",
            "max_length": "任务请缩到 300 个字以内",
        },
    )
    scope = forms.ChoiceField(
        label="由谁做",
        choices=TaskScope.choices,
        initial=TaskScope.ALL_UNITS,
        error_messages={"required": "选一下由谁做", "invalid_choice": "从列出的单位里选一个"},
    )
    due_on = DayField(
        label="什么时候以前",
        required=False,
        future=True,
        missing="填写日期，例如 2023-12-31",
        widget=DayInput(),
    )
    target = forms.CharField(
        label="目标数",
        help_text="例如 每年至少1次、4期",
        max_length=20,
        required=False,
        error_messages={"max_length": "目标数请缩到 20 个字以内"},
    )
    stages = forms.MultipleChoiceField(
        label="学校只要哪些学段",
        help_text="都要的，一个也不用选",
        choices=SchoolStage.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    named = forms.CharField(
        label="指定哪些单位",
        help_text="由“指定的单位”来做的才写，每行一个单位全名",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    measure = forms.ChoiceField(
        label="进度怎么算",
        help_text="看活动记录或看义务的，进度自动算出来；都不看的，由各单位自己反馈",
        required=False,
        error_messages={"invalid_choice": "从列出的办法里选一个"},
    )
    evidence = forms.CharField(
        label="需要的材料",
        help_text="例如 签到表、总结；不用交的空着",
        max_length=120,
        required=False,
        error_messages={"max_length": "需要的材料请缩到 120 个字以内"},
    )

    origin = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, measures: Sequence[Any], units: Mapping[str, int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        field = self.fields["measure"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = measures

    def clean_named(self) -> tuple[int, ...]:
        names = [name.strip() for name in str(self.cleaned_data["named"]).splitlines()]
        names = [name for name in names if name]
        unknown = [name for name in names if name not in self.units]
        if unknown:
            raise forms.ValidationError(
                f"名单里没有“{'”“'.join(unknown[:3])}”，照“单位与关工委”里的全名写"
            )
        return tuple(dict.fromkeys(self.units[name] for name in names))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        is_named = given.get("scope") == TaskScope.NAMED
        if is_named and "named" in given and not given["named"]:
            self.add_error("named", "写一下由哪些单位来做，每行一个")
        return given

    @property
    def draft(self) -> TaskDraft:
        given = self.cleaned_data
        is_named = given["scope"] == TaskScope.NAMED
        by, _, what = given["measure"].partition(":")
        return TaskDraft(
            text=given["text"],
            scope=given["scope"],
            due_on=given["due_on"],
            evidence=given["evidence"],
            target=given["target"],
            origin=given["origin"],
            kind=int(what) if by == "kind" else None,
            obligation=what if by == "item" else "",
            stages=() if is_named else tuple(given["stages"]),
            units=given["named"] if is_named else (),
        )


class _TaskFormSet(forms.BaseFormSet[TaskForm]):
    deletion_widget = forms.CheckboxInput

    def add_fields(self, form: TaskForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = "删去这一项"

    def drafts(self) -> list[TaskDraft]:
        """The tasks that stay, in their order. Only for a valid set."""
        return [
            form.draft
            for form in self.forms
            if form.cleaned_data.get("text") and not form.cleaned_data.get("DELETE")
        ]


TaskFormSet = forms.formset_factory(
    TaskForm, formset=_TaskFormSet, extra=1, can_delete=True, max_num=MAX_TASKS, validate_max=True
)


def task_formset(node: PlanNode, data: Any = None) -> _TaskFormSet:
    """The item's tasks and one empty form behind them."""
    formset = TaskFormSet(
        data,
        prefix="task",
        initial=[_initial(task) for task in node.tasks.prefetch_related("units")],
        form_kwargs={
            "measures": _measures(node),
            "units": dict(Unit.objects.filter(city=node.plan.city_id).values_list("name", "pk")),
        },
    )
    assert isinstance(formset, _TaskFormSet)  # noqa: S101 - the factory hides its type
    return formset


def _measures(node: PlanNode) -> list[Any]:
    """What a task may be measured by: kinds of record, items of the year's obligations."""
    current = ObligationSet.objects.current(node.plan.city, node.plan.year)
    items = current.items.all() if current else []
    stand = set(node.tasks.exclude(obligation="").values_list("obligation", flat=True))
    gone = stand - {item.code for item in items}
    return [
        ("", "不自动算，由各单位自己反馈"),
        ("看活动记录", [(f"kind:{kind.pk}", kind.name) for kind in ActivityKind.objects.all()]),
        (
            "看义务完成情况",
            [(f"item:{item.code}", f"{item.group}：{item.name}") for item in items]
            + [(f"item:{code}", "原来的一项（现在的要求里没有）") for code in sorted(gone)],
        ),
    ]


def _measure(task: PlanTask) -> str:
    if task.kind_id:
        return f"kind:{task.kind_id}"
    return f"item:{task.obligation}" if task.obligation else ""


def _initial(task: PlanTask) -> dict[str, Any]:
    return {
        "text": task.text,
        "scope": task.scope,
        "due_on": task.due_on,
        "target": task.target,
        "evidence": task.evidence,
        "stages": task.stages,
        "named": "\n".join(unit.name for unit in task.units.all()),
        "measure": _measure(task),
        "origin": task.origin_id,
        "doubt": task.doubt,  # no field of the form: shown above it
    }


class TellForm(forms.Form):
    """What a unit says of one task, and the records it shows."""

    told = forms.ChoiceField(
        label="做到哪一步",
        choices=ToldState.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "选一下做到哪一步"},
    )
    feedback = forms.CharField(
        label="情况",
        help_text="一两句话就行",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "情况请缩到 500 个字以内"},
    )
    records = forms.ModelMultipleChoiceField(
        label="用哪些活动记录说明",
        help_text="没有也可以不选",
        queryset=Activity.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, work: TaskWork | None, choices: Any) -> None:
        initial: dict[str, Any] = {"told": ToldState.NOT_STARTED}
        if work is not None:
            initial = {
                "told": work.told,
                "feedback": work.feedback,
                "records": [each.activity_id for each in work.records.all()],
            }
        super().__init__(data, initial=initial)
        field = self.fields["records"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101
        field.queryset = choices


class ReplyForm(forms.Form):
    words = forms.CharField(
        label="答复",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "写一句答复", "max_length": "答复请缩到 500 个字以内"},
    )
