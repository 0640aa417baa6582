"""What is asked while a yearly bulletin is written, read and appraised."""

import re
from typing import Any

from django import forms

from evaluations.choices import AnnualSection, PeerWord
from evaluations.models import AnnualBulletin, AnnualRound, BulletinIssue
from evaluations.models.annual import usual_grades
from evaluations.services.annual import LONGEST_SECTION
from portal.kernel.forms import DayField, DayInput, narrow

HELP = {
    AnnualSection.TEAM: "班子怎么配、有什么变动、“五老”队伍怎么样",
    AnnualSection.MAIN_WORK: "“三个同”“三个一”和全年办了哪些事",
    AnnualSection.HIGHLIGHTS: "最想让别的学校知道的一两件事",
    AnnualSection.INNOVATION: "新做法、工作室、和别的单位一起办的事",
    AnnualSection.ROLE_MODELS: "值得学的人和事，写具体",
}


class RoundForm(forms.Form):
    """By when, who reads first, and the words of the 评议."""

    due_on = DayField(
        label="哪天前交", missing="写一下哪天前交", future=True, widget=DayInput,
        help_text="例如 2023-12-15。快到期时各学校的待办里会有",
    )  # fmt: skip
    office_reads = forms.BooleanField(
        label="教办先看一遍，再由市局评",
        required=False,
    )
    grades = forms.CharField(
        label="每一栏怎么评",
        help_text="从好到差，用顿号隔开",
        error_messages={"required": "写出评议用的等次，例如 优秀、良好、合格、内容不足"},
    )
    missing_grade = forms.CharField(
        label="哪一档算作缺栏",
        required=False,
        max_length=10,
        help_text="评成这一档的栏目，“五好”测评里算缺一栏；不用就空着",
    )

    def __init__(self, data: Any = None, *, standing: AnnualRound | None) -> None:
        usual = usual_grades()
        initial: dict[str, Any] = {
            "grades": "、".join(usual),
            "missing_grade": usual[-1],
            "office_reads": False,
        }
        if standing is not None:
            initial = {
                "due_on": standing.due_on,
                "office_reads": standing.office_reads,
                "grades": "、".join(standing.grades),
                "missing_grade": standing.missing_grade,
            }
        super().__init__(data, initial=initial)

    def clean_grades(self) -> list[str]:
        words = [word for word in re.split(r"[、，,\s]+", self.cleaned_data["grades"]) if word]
        if not 2 <= len(set(words)) == len(words) <= 8:
            raise forms.ValidationError("写 2 到 8 个不重复的等次，用顿号隔开")
        if any(len(word) > 10 for word in words):
            raise forms.ValidationError("一个等次最多 10 个字")
        return words

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        missing, grades = cleaned.get("missing_grade", ""), cleaned.get("grades", [])
        if missing and grades and missing not in grades:
            self.add_error("missing_grade", "这一档要在上面写的等次里")
        return cleaned


class WriteForm(forms.Form):
    """The five sections; none must be filled to keep it."""

    def __init__(self, data: Any = None, *, bulletin: AnnualBulletin) -> None:
        given = {str(section): getattr(bulletin, section) for section in AnnualSection}
        super().__init__(data, initial=given)
        for section in AnnualSection:
            self.fields[section] = forms.CharField(
                label=section.label,
                required=False,
                max_length=LONGEST_SECTION,
                help_text=HELP[section],
                widget=forms.Textarea(attrs={"rows": 7}),
                error_messages={
                    "max_length": f"“{section.label}”最多 {LONGEST_SECTION} 字，挑要紧的写"
                },
            )

    def kept(self) -> dict[str, str]:
        """The sections that can be kept, whatever is wrong with the others."""
        self.is_valid()
        return {
            section: self.cleaned_data[section]
            for section in AnnualSection
            if section in self.cleaned_data
        }

    def unsaved(self) -> str:
        return "、".join(section.label for section in AnnualSection if section in self.errors)


class AppraiseForm(forms.Form):
    """A grade and a comment for each section, and one word for the whole."""

    def __init__(self, *args: Any, grades: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for section in AnnualSection:
            self.fields[f"{section}_grade"] = forms.ChoiceField(
                label=section.label,
                choices=[(grade, grade) for grade in grades],
                widget=forms.RadioSelect,
                error_messages={
                    "required": f"“{section.label}”还没有评，选一档",
                    "invalid_choice": "从这几档里选一档",
                },
            )
            self.fields[f"{section}_comment"] = forms.CharField(
                label=f"对“{section.label}”的评语",
                required=False,
                max_length=300,
                widget=forms.Textarea(attrs={"rows": 2}),
                error_messages={"max_length": "一栏的评语最多 300 字"},
            )
        self.fields["word"] = forms.CharField(
            label="总的评语",
            required=False,
            max_length=1000,
            help_text="学校看得到；别的学校看不到评语和等次",
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def found(self) -> dict[str, tuple[str, str]]:
        answers = self.cleaned_data
        return {
            section: (answers[f"{section}_grade"], answers[f"{section}_comment"].strip())
            for section in AnnualSection
        }


class ReadForm(forms.Form):
    word = forms.CharField(
        label="教办意见",
        required=False,
        max_length=300,
        help_text="市局评议时看得到；没有就空着",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReturnForm(forms.Form):
    note = forms.CharField(
        label="要改什么？",
        max_length=300,
        help_text="学校看得到这句话",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "写一句要改什么，学校才知道怎么改"},
    )


class WordForm(forms.Form):
    kind = forms.ChoiceField(
        label="想说什么？",
        choices=PeerWord.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "选一下是谢谢还是建议"},
    )
    text = forms.CharField(
        label="写一句话",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "写一句话", "max_length": "最多 200 字，短一些好读"},
    )


class ChooseForm(forms.Form):
    """Which section goes into which issue being edited."""

    section = forms.ChoiceField(
        label="选哪一栏？",
        widget=forms.RadioSelect,
        error_messages={"required": "选一栏", "invalid_choice": "从有文字的几栏里选"},
    )
    issue = forms.ModelChoiceField(
        BulletinIssue.objects.none(),
        label="放进哪一期？",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": "选一期正在编的简报",
            "invalid_choice": "这一期已经送审了，选一期还在编的",
        },
    )

    def __init__(self, *args: Any, bulletin: AnnualBulletin, issues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        section = self.fields["section"]
        assert isinstance(section, forms.ChoiceField)  # noqa: S101
        section.choices = [(one.value, one.label) for one in bulletin.filled()]
        narrow(self, "issue", issues)
