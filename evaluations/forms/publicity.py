"""Forms of the way from points to titles: days of publicity, objections and their answers."""

from django import forms

from evaluations.choices import ObjectionState
from portal.kernel.forms import DayField, DayInput


class PublishForm(forms.Form):
    until = DayField(
        label="公示到哪一天", missing="请写公示到哪一天", future=True, widget=DayInput,
        help_text="一般不少于 5 个工作日；到这一天为止，过了才能命名",
    )  # fmt: skip


class ReasonForm(forms.Form):
    note = forms.CharField(
        label="原因", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明原因"},
    )  # fmt: skip


class ObjectionForm(forms.Form):
    told_by = forms.CharField(
        label="谁提的", max_length=60, help_text="写单位和姓名，要实名",
        error_messages={"required": "请写提异议的人是谁"},
    )  # fmt: skip
    words = forms.CharField(
        label="异议内容", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="写清楚哪一条、和实际有什么不同",
        error_messages={"required": "请写异议内容"},
    )  # fmt: skip


class AnswerForm(forms.Form):
    state = forms.ChoiceField(
        label="核实下来",
        choices=[(s.value, s.label) for s in ObjectionState if s != ObjectionState.WAITING],
        widget=forms.RadioSelect,
        error_messages={"required": "请选核实的结果"},
    )
    words = forms.CharField(
        label="答复", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="怎么核实的、为什么这样定；提异议的人看得到",
        error_messages={"required": "请写答复"},
    )  # fmt: skip
