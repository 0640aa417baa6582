"""Questions about a round that is being prepared or is under way."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from reading_program.models import Judge, JudgingRound

MOST_CRITERIA = 8


class CriteriaForm(forms.Form):
    """Lines of a name and the most it can bring; an empty line is none."""

    def __init__(self, *args: Any, criteria: Sequence[Mapping[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for at in range(MOST_CRITERIA):
            row = criteria[at] if at < len(criteria) else {"name": "", "most": ""}
            self.fields[f"name_{at}"] = forms.CharField(
                label=f"第 {at + 1} 项",
                max_length=12,
                required=False,
                initial=row["name"],
                error_messages={"max_length": "最多 12 个字"},
                widget=forms.TextInput({"class": "form-control"}),
            )
            self.fields[f"most_{at}"] = forms.DecimalField(
                label=f"第 {at + 1} 项最高多少分",
                min_value=1,
                max_value=100,
                max_digits=4,
                decimal_places=1,
                required=False,
                initial=row["most"],
                error_messages={
                    "invalid": "写数字，例如 30",
                    "min_value": "至少 1 分",
                    "max_value": "最多 100 分",
                },
                widget=forms.TextInput(
                    {"class": "form-control", "inputmode": "decimal", "size": 5}
                ),
            )

    def clean(self) -> dict[str, Any]:
        for at in range(MOST_CRITERIA):
            name, most = self._row(at)
            if name and most is None and f"most_{at}" not in self.errors:
                self.add_error(f"most_{at}", ValidationError(f"“{name}”最高多少分？"))
            if most is not None and not name and f"name_{at}" not in self.errors:
                self.add_error(f"name_{at}", ValidationError("写上这一项的名称"))
        return self.cleaned_data

    def criteria(self) -> list[tuple[str, Decimal]]:
        found = [self._row(at) for at in range(MOST_CRITERIA)]
        return [(name, most) for name, most in found if name and most is not None]

    def criteria_lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"name_{at}"], self[f"most_{at}"]) for at in range(MOST_CRITERIA)]

    def _row(self, at: int) -> tuple[str, Decimal | None]:
        return self.cleaned_data.get(f"name_{at}", "").strip(), self.cleaned_data.get(f"most_{at}")


class ReplaceFileForm(forms.Form):
    upload = forms.FileField(
        label="遮好姓名和校名的文件（Word 或 PDF）",
        help_text="评委看到的就是这一份，传之前再看一遍",
        widget=forms.FileInput(attrs={"accept": ".docx,.pdf"}),
        error_messages={"required": "选一下遮好的文件", "empty": "这个文件是空的，请重新选一个"},
    )


class RelieveForm(forms.Form):
    judge = forms.ModelChoiceField(
        label="哪位评委不能再评？",
        queryset=Judge.objects.none(),
        empty_label=None,
        error_messages={"required": "选一位评委"},
    )
    note = forms.CharField(
        label="为什么？",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="例如：生病住院。已经交的分照算，没评的转给别的评委",
        error_messages={"required": "写一句原因"},
    )

    def __init__(self, *args: Any, here: JudgingRound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Judge.objects.filter(edition=here.edition_id, left_at=None)
        self.fields["judge"].queryset = found.order_by("pk")  # type: ignore[attr-defined]
