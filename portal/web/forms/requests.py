"""Asking units for data, answering, and the ceiling."""

from collections.abc import Sequence
from typing import Any

from django import forms

from committees.choices import UnitKind
from portal.kernel.forms import CountField, DayField, DayInput
from portal.web.choices import FieldKind
from portal.web.models import DataAnswer, DataField, DataRequest

MOST_LINES = 20
ASKED = [UnitKind.SCHOOL, UnitKind.KINDERGARTEN, UnitKind.OFFICE]


class RequestForm(forms.Form):
    """Six questions; what is asked for is written one a line, as on paper."""

    title = forms.CharField(
        label="这次要收什么",
        max_length=80,
        help_text="例如：三季度宣讲情况",
        error_messages={"required": "写上这次要收什么"},
    )
    basis = forms.CharField(
        label="依据",
        max_length=200,
        help_text="哪份文件、哪项任务要求收。没有依据的不发",
        error_messages={"required": "写上依据：哪份文件、哪项任务要求收这些材料"},
    )
    due_on = DayField(label="哪天前交", missing="写上哪天前交", future=True, widget=DayInput)
    unit_kinds = forms.MultipleChoiceField(
        label="向谁要",
        choices=[(kind.value, kind.label) for kind in ASKED],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "选一下向谁要"},
    )
    numbers = forms.CharField(
        label="要哪些数字",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="一行一项，例如：受教育青少年人次",
    )
    words = forms.CharField(
        label="要哪几句话",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一行一项，例如：最有特色的一件事",
    )
    paper = forms.CharField(
        label="要哪份材料或照片", required=False, max_length=60, help_text="能不要就不要"
    )
    reason = forms.CharField(
        label="为什么非要这份材料", required=False, max_length=120, help_text="要材料才写"
    )

    def __init__(self, *args: Any, request: DataRequest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if request is not None:
            for name in ("title", "basis", "due_on", "unit_kinds"):
                self.initial[name] = getattr(request, name)
            fields = list(request.fields.all())
            self.initial["numbers"] = _lines(fields, FieldKind.NUMBER)
            self.initial["words"] = _lines(fields, FieldKind.TEXT)
            paper = next((one for one in fields if one.kind == FieldKind.FILE), None)
            if paper is not None:
                self.initial.update({"paper": paper.label, "reason": paper.reason})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("paper") and not data.get("reason"):
            self.add_error("reason", "要材料或照片，请写上为什么非要不可")
        asked = self.questions(data)
        if not asked:
            self.add_error("numbers", "写上要问什么，一行写一项")
        elif len(asked) > MOST_LINES:
            self.add_error("numbers", f"一次最多问 {MOST_LINES} 项，去掉几项")
        elif any(len(label) > 60 for label, _, _ in asked):
            self.add_error("numbers", "每一项最多 60 个字，写短一点")
        return data

    def questions(self, data: dict[str, Any] | None = None) -> list[tuple[str, str, str]]:
        data = self.cleaned_data if data is None else data
        asked = [
            (line.strip(), kind.value, "")
            for kind, name in ((FieldKind.NUMBER, "numbers"), (FieldKind.TEXT, "words"))
            for line in data.get(name, "").splitlines()
            if line.strip()
        ]
        if data.get("paper"):
            asked.append((data["paper"], FieldKind.FILE.value, data.get("reason", "")))
        return asked

    def facts(self) -> dict[str, Any]:
        return {
            name: self.cleaned_data[name] for name in ("title", "basis", "due_on", "unit_kinds")
        }


def _lines(fields: Sequence[DataField], kind: FieldKind) -> str:
    return "\n".join(field.label for field in fields if field.kind == kind)


class AnswerForm(forms.Form):
    """The questions of one request that the records could not answer."""

    def __init__(self, *args: Any, answer: DataAnswer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in answer.request.fields.filter(source=""):
            key = str(field.pk)
            self.fields[f"f{key}"] = _question(field)
            if field.kind != FieldKind.FILE:
                self.initial[f"f{key}"] = answer.values.get(key, "")

    def values(self) -> dict[str, Any]:
        """What was written, by the pk of the field as text; uploads are given separately."""
        return {
            name[1:]: str(value)
            for name, value in self.cleaned_data.items()
            if not isinstance(self.fields[name], forms.FileField)
        }

    def uploads(self) -> dict[str, Any]:
        return {
            name[1:]: value
            for name, value in self.cleaned_data.items()
            if isinstance(self.fields[name], forms.FileField) and value
        }


def _question(field: DataField) -> forms.Field:
    if field.kind == FieldKind.NUMBER:
        return CountField(label=field.label, missing=f"写上{field.label}，没有就写 0")
    if field.kind == FieldKind.FILE:
        return forms.FileField(label=field.label, required=False, help_text=f"用途：{field.reason}")
    return forms.CharField(
        label=field.label,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": f"写上{field.label}，没有就写“无”"},
    )


class CeilingForm(forms.Form):
    minutes = CountField(
        label="每个单位每月最多几分钟",
        missing="写一个数字",
        required=False,
        max_value=2000,
        help_text="空着就是不设上限。超过上限的收集发不出去",
    )
