"""The five questions, asked of the unit and then of the reviewer."""

from typing import Any

from django import forms

from committees.choices import Have, HaveResult
from committees.forms.teams import PaperField
from committees.models import FiveHavesAnswer
from committees.services.five_haves import Found, Own
from portal.kernel.forms import DayField, DayInput

# What each of the five asks, in a line (domain: 五有; wording ours).
ASKS = {
    Have.PEOPLE: "班子健全，有人分管、有人具体办",
    Have.TASKS: "年初有计划，全年有活动",
    Have.CONDITIONS: "有牌子、有场地、有经费、有制度",
    Have.RESOURCES: "有“五老”和社会力量可以请，有基地可以用",
    Have.ENTHUSIASM: "老同志愿意来，师生欢迎",
}


class DueForm(forms.Form):
    due_on = DayField(label="哪天前交？", missing="写上哪天前交", future=True, widget=DayInput)


class FillForm(forms.Form):
    """Nothing here is compulsory before handing in; a half-filled check is kept as it is."""

    def __init__(self, *args: Any, answers: list[FiveHavesAnswer], word: str, **kw: Any) -> None:
        super().__init__(*args, **kw)
        for answer in answers:
            have = Have(answer.have)
            self.fields[f"{have}_result"] = forms.ChoiceField(
                label=f"{have.label}：{ASKS[have]}",
                choices=HaveResult.choices,
                widget=forms.RadioSelect,
                required=False,
                initial=answer.own_result,
                error_messages={"invalid_choice": "从上面选一项"},
            )
            self.fields[f"{have}_evidence"] = forms.CharField(
                label=f"{have.label}的依据",
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 3}),
                initial=answer.evidence,
                help_text="写几句实在的就行，例如：3月8日发文调整了班子",
            )
            self.fields[f"{have}_file"] = PaperField(
                label=f"{have.label}的材料",
                required=False,
                help_text=f"已经传了“{answer.file_name}”，再选就换掉" if answer.file_name else "",
            )
        self.fields["own_word"] = forms.CharField(
            label="本单位小结",
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 4}),
            initial=word,
        )

    def own(self) -> dict[str, Own]:
        data = self.cleaned_data
        return {
            have: Own(data[f"{have}_result"], data[f"{have}_evidence"], data[f"{have}_file"])
            for have in Have
            if f"{have}_result" in data
        }


class ReviewForm(forms.Form):
    """The reviewer's side; what the unit said stands beside each question."""

    def __init__(self, *args: Any, answers: list[FiveHavesAnswer], **kw: Any) -> None:
        super().__init__(*args, **kw)
        for answer in answers:
            have = Have(answer.have)
            said = answer.get_own_result_display() or "没有选"
            shown = f"依据：{answer.evidence}" if answer.evidence else "没有写依据"
            self.fields[f"{have}_result"] = forms.ChoiceField(
                label=have.label,
                help_text=f"自查“{said}”。{shown}",
                choices=HaveResult.choices,
                widget=forms.RadioSelect,
                required=False,
                initial=answer.result,
                error_messages={"invalid_choice": "从上面选一项"},
            )
            self.fields[f"{have}_note"] = forms.CharField(
                label=f"{have.label}的复核说明",
                required=False,
                max_length=200,
                initial=answer.reviewer_note,
            )
        self.fields["word"] = forms.CharField(
            label="复核意见",
            required=False,
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="退回时在这里写明要补什么",
        )

    def found(self) -> dict[str, Found]:
        data = self.cleaned_data
        return {have: Found(data[f"{have}_result"], data[f"{have}_note"]) for have in Have}
