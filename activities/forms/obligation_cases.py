"""What the bureau grants one unit for one item, and the window it opens again for all."""

from django import forms

from portal.kernel.forms import DayField, DayInput

WAIVE, EXTEND = "waived", "extended"


def _reason() -> forms.CharField:
    return forms.CharField(
        label="原因",
        help_text="这个单位和上级都看得到",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "写一下原因", "max_length": "原因请缩到 200 个字以内"},
    )


class ReliefForm(forms.Form):
    kind = forms.ChoiceField(
        label="怎么办",
        choices=[(EXTEND, "给它延期"), (WAIVE, "今年不要求它做")],
        widget=forms.RadioSelect,
        error_messages={"required": "选一下怎么办"},
    )
    due_on = DayField(
        label="延到哪天",
        help_text="不要求做的，这一格不用填",
        missing="写一下延到哪天",
        future=True,
        required=False,
        widget=DayInput(),
    )
    reason = _reason()

    def clean_due_on(self) -> object:
        due_on = self.cleaned_data["due_on"]
        if self.cleaned_data.get("kind") == EXTEND and due_on is None:
            raise forms.ValidationError("写一下延到哪天，例如 2023-11-30")
        return due_on


class WindowForm(forms.Form):
    opens_on = DayField(label="从哪天", missing="写一下从哪天再开", future=True, widget=DayInput())
    closes_on = DayField(label="到哪天", missing="写一下到哪天", future=True, widget=DayInput())
    reason = _reason()
