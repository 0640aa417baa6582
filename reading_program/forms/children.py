"""A child looked for by name, and what of it is to be deleted."""

from collections.abc import Sequence
from typing import Any

from django import forms

from reading_program.models import Entry
from reading_program.services.mentions import Mention


class NameForm(forms.Form):
    name = forms.CharField(
        label="学生姓名",
        max_length=40,
        help_text="写全名，例如：沈小禾",
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "写上学生的全名", "max_length": "姓名最多 40 个字"},
    )


class EraseForm(forms.Form):
    """Which entries, all of them to begin with, and why."""

    entries = forms.MultipleChoiceField(
        label="删哪几件",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少勾一件", "invalid_choice": "从列出来的作品里勾"},
    )
    places = forms.MultipleChoiceField(
        label="别人写的话里也有这个名字，盖住哪几处",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="说的是同名的别人，就去掉勾；盖住的字换成“×”，别的字不动",
        error_messages={"invalid_choice": "从列出来的几处里勾"},
    )
    reason = forms.CharField(
        label="为什么删？",
        max_length=200,
        help_text="例如：家长书面要求。这句话会记下来，不要写学生姓名",
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "写一句为什么删", "max_length": "最多 200 个字"},
    )

    def __init__(
        self, *args: Any, entries: Sequence[Entry], mentions: Sequence[Mention], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(each.pk): each for each in entries}
        choices = [(pk, _label(each)) for pk, each in self.offered.items()]
        field = self.fields["entries"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101
        field.choices = choices
        field.initial = list(self.offered)
        self._offer_places(mentions)

    def _offer_places(self, mentions: Sequence[Mention]) -> None:
        if not mentions:
            del self.fields["places"]
            return
        field = self.fields["places"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101
        field.choices = [(each.key, f"{each.word}：{each.text}") for each in mentions]
        field.initial = [each.key for each in mentions]

    def clean_reason(self) -> str:
        return str(self.cleaned_data["reason"]).strip()

    def chosen(self) -> list[Entry]:
        return [self.offered[pk] for pk in self.cleaned_data["entries"]]


def _label(entry: Entry) -> str:
    title = f"《{entry.title}》" if entry.title else ""
    return f"{entry.edition.school_year_label} {entry.track}{title} {entry.class_label}".strip()
