"""A new criterion of a draft table: first how it is scored, then the fields of that rule."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from evaluations.forms.five_good import CRITERION_WORDS
from evaluations.services.rubric_lines import NewLine

# The rules the engine knows (evaluations.scoring.RULES), as one would say them.
KINDS = {
    "require": "做到才得分：没做到，这一条不得分",
    "missing": "缺了扣分：没做到扣几分",
    "all_missing": "几项分开扣：缺一项扣几分，全缺不得分",
    "each": "按处扣分：每有一处扣几分",
    "shortfall": "按次数扣分：每少一次扣几分",
    "ratio": "按百分数扣分：低于满分线，每低一档扣几分",
    "grade": "按等次给分：评上哪一等给几分",
    "manual": "评分人直接给分",
}
NUMBERS: Mapping[str, Sequence[tuple[str, str, str]]] = {
    "missing": [("minus", "没做到扣几分", "")],
    "all_missing": [("minus", "缺一项扣几分", "")],
    "each": [("minus", "每一处扣几分", "")],
    "shortfall": [
        ("target", "要求几次", "够这么多次就不扣"), ("minus", "每少一次扣几分", ""),
    ],
    "ratio": [
        ("full_at", "满分线", "达到百分之几不扣，例如 90"),
        ("step", "每档多少", "例如 5，就是每低 5 个百分点算一档"),
        ("minus", "每低一档扣几分", ""),
    ],
}  # fmt: skip
LISTS = {
    "all_missing": ("分成哪几项", "一行写一项，例如：有会议记录"),
    "grade": ("有哪几等", "一行写一等，先写等次，空一格写得几分，例如：市级 3"),
}
# What the answer is about, where it is not a thing done or not done.
ABOUT = {
    "all_missing": ("几项合起来叫什么", "写进扣分理由里，例如：同研究、同部署、同考核"),
    "each": ("数什么问题", "填的人写有几处，例如：台账缺记录"),
    "shortfall": ("数什么", "填的人写有几次，例如：学习、培训、会议"),
    "ratio": ("什么比例", "填的人写百分之几，例如：学生满意度"),
    "grade": ("评什么等次", "填的人从下面几等里选，例如：工作室级别"),
    "manual": ("给什么打分", "例如：特色做法"),
}
DONE = ("问什么", "填的人答做到了没有，例如：全年开过推进会")
MOST_LINES = 12


class KindForm(forms.Form):
    kind = forms.ChoiceField(
        label="怎么评", choices=list(KINDS.items()), widget=forms.RadioSelect,
        error_messages={"required": "请选怎么评"},
    )  # fmt: skip


class NewLineForm(forms.Form):
    """The words of a criterion, and what its kind of rule wants to know."""

    item = forms.ChoiceField(label="放在哪一项", error_messages={"required": "请选放在哪一项"})

    def __init__(self, *args: Any, kind: str, items: Sequence[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.kind = kind
        item = self.fields["item"]
        assert isinstance(item, forms.ChoiceField)  # noqa: S101
        item.choices = items
        for name, label, rows in CRITERION_WORDS:
            self.fields[name] = forms.CharField(
                label=label, max_length=500,
                widget=forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(),
                error_messages={"required": f"请写{label}"},
            )  # fmt: skip
        label, told = ABOUT.get(kind, DONE)
        self.fields["label"] = forms.CharField(
            label=label, max_length=60, help_text=told,
            error_messages={"required": f"请写{label}"},
        )  # fmt: skip
        for name, label, told in NUMBERS.get(kind, ()):
            self.fields[name] = forms.CharField(
                label=label, max_length=12, help_text=told,
                error_messages={"required": f"请写{label}"},
            )  # fmt: skip
        if kind in LISTS:
            label, told = LISTS[kind]
            self.fields["lines"] = forms.CharField(
                label=label, max_length=1000, help_text=told,
                widget=forms.Textarea(attrs={"rows": 5}),
                error_messages={"required": f"请写{label}，一行写一个"},
            )  # fmt: skip

    def clean_lines(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["lines"].splitlines() if line.strip()]
        if not 1 < len(lines) <= MOST_LINES:
            raise ValidationError(f"请写 2 到 {MOST_LINES} 行")
        if self.kind == "grade":
            for number, line in enumerate(lines, start=1):
                if len(line.split()) != 2:
                    raise ValidationError(f"第 {number} 行请写成“等次 分数”，中间空一格")
        heads = [line.split()[0] if self.kind == "grade" else line for line in lines]
        if len(set(heads)) < len(heads):
            raise ValidationError("有两行写的是同一个，请只留一行")
        return lines

    def line(self) -> NewLine:
        data = self.cleaned_data
        return NewLine(
            kind=self.kind,
            words={name: data[name] for name, _, _ in CRITERION_WORDS},
            label=data["label"],
            numbers={name: data[name] for name, _, _ in NUMBERS.get(self.kind, ())},
            lines=data.get("lines", []),
        )
