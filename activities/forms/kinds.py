"""The kind's own questions within the form of a record, and the bureau's editor of them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from activities.choices import FieldType
from activities.models import ActivityKind, KindField
from activities.models.kinds import MOST_LETTERS
from portal.kernel.forms import CountField, DayField, DayInput

PREFIX = "extra-"  # extra-12 asks KindField 12
MOST_ANSWERS = 12


def name_of(field: KindField) -> str:
    return f"{PREFIX}{field.pk}"


def asking(field: KindField) -> forms.Field:
    """One control for one field; none is ever required."""
    if field.field_type == FieldType.NUMBER:
        return CountField(label=field.label, missing="", required=False)
    if field.field_type == FieldType.DATE:
        return DayField(label=field.label, missing="", required=False, future=True, widget=DayInput)
    if field.field_type == FieldType.CHOICE:
        return forms.ChoiceField(
            label=field.label,
            required=False,
            choices=[("", "没有填"), *((answer, answer) for answer in field.answers)],
            error_messages={"invalid_choice": "从单子里选一个"},
        )
    return forms.CharField(label=field.label, required=False, max_length=MOST_LETTERS)


def fields_of(kind_id: object) -> list[KindField]:
    """What the kind asks now, in its order; `kind_id` may be anything a form was sent."""
    if not str(kind_id or "").isdecimal():
        return []
    return list(KindField.objects.in_use().filter(kind=int(str(kind_id))))


def answers_in(
    fields: Iterable[KindField], cleaned: Mapping[str, Any], *, before: Mapping[str, Any]
) -> dict[str, Any]:
    """`Activity.extra` after this form: its good answers, what was wiped out gone, the rest kept.

    Answers of another kind or of a retired field stay: changing the kind and back loses nothing.
    """
    kept = dict(before)
    for field in fields:
        if name_of(field) not in cleaned:
            continue
        value = cleaned[name_of(field)]
        if value in (None, ""):
            kept.pop(field.key, None)
        else:
            kept[field.key] = value.isoformat() if isinstance(value, date) else value
    return kept


class KindForm(forms.Form):
    """A kind in words; which obligations it counts for is the business of the rules."""

    name = forms.CharField(
        label="名称", max_length=20, error_messages={"required": "写一下名称，例如“家长学校”"}
    )
    hint = forms.CharField(
        label="一句说明", max_length=60, required=False, help_text="写在名称下面，帮人选对类型"
    )
    outline = forms.CharField(
        label="内容提纲",
        max_length=600,
        required=False,
        help_text="不知道怎么写的人可以照着写，例如“一、谁来讲，讲了什么：”",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    is_common = forms.BooleanField(label="放在首屏，常用的才放", required=False, initial=True)
    is_open = forms.BooleanField(
        label="可以选", required=False, initial=True, help_text="不再用的类型去掉勾，以前的记录不变"
    )


class NewFieldForm(forms.Form):
    """One more question of a kind."""

    label = forms.CharField(
        label="名称", max_length=20, error_messages={"required": "写一下要填什么，例如“共读书目”"}
    )
    field_type = forms.ChoiceField(label="填什么", choices=FieldType.choices)
    answers = forms.CharField(
        label="可以选哪些",
        required=False,
        max_length=600,
        help_text="“几个里选一个”才要写，一行写一个",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_answers(self) -> list[str]:
        lines = (line.strip() for line in self.cleaned_data["answers"].splitlines())
        answers = list(dict.fromkeys(line for line in lines if line))
        if any(len(answer) > 30 for answer in answers):
            raise ValidationError("每个答案最多 30 个字，写短一些")
        if len(answers) > MOST_ANSWERS:
            raise ValidationError(f"最多 {MOST_ANSWERS} 个答案，多了不好选")
        return answers

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_choice = cleaned.get("field_type") == FieldType.CHOICE
        if is_choice and "answers" in cleaned and len(cleaned["answers"]) < 2:
            self.add_error("answers", "写上至少两个可以选的，一行写一个")
        if not is_choice:
            cleaned["answers"] = []
        return cleaned


class FieldForm(NewFieldForm):
    """Another wording; what is filled in stays what it was, for the sake of old answers."""

    def __init__(self, *args: Any, field: KindField, **kwargs: Any) -> None:
        first = {"label": field.label, "answers": "\n".join(field.answers)}
        kwargs["initial"] = first
        super().__init__(*args, **kwargs)
        del self.fields["field_type"]
        self.field = field
        if field.field_type != FieldType.CHOICE:
            del self.fields["answers"]

    def clean(self) -> dict[str, Any]:
        cleaned = forms.Form.clean(self) or {}
        is_choice = self.field.field_type == FieldType.CHOICE
        if is_choice and "answers" in cleaned and len(cleaned["answers"]) < 2:
            self.add_error("answers", "写上至少两个可以选的，一行写一个")
        return cleaned | {"answers": cleaned.get("answers", [])}


def outline_of(kinds: Iterable[ActivityKind], kind_id: object) -> str:
    return next((kind.outline for kind in kinds if str(kind.pk) == str(kind_id or "")), "")


def offered(outline: str, written: str) -> str:
    """The outline as long as its heads do not stand in the text already."""
    heads = [line.strip() for line in outline.splitlines() if line.strip()]
    return "" if not heads or all(head in written for head in heads) else outline


def joined(written: str, outline: str) -> str:
    """The outline below what is written; nothing of it is written over."""
    if not offered(outline, written):
        return written
    return f"{written.rstrip()}\n\n{outline}" if written.strip() else outline
