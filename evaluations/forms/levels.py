"""Forms of 抓两头促中间: a coaching visit, a list for the level above, a recommendation."""

from django import forms

from portal.kernel.forms import CountField, DayField, DayInput


class CoachingForm(forms.Form):
    day = DayField(label="哪一天去的", missing="请写哪一天去的", widget=DayInput)
    who = forms.CharField(label="谁去的", max_length=60, error_messages={"required": "请写谁去的"})
    words = forms.CharField(
        label="看了什么、帮了什么", max_length=300, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写看了什么、帮了什么"},
    )  # fmt: skip


class UpperListForm(forms.Form):
    level = forms.CharField(
        label="上一级", max_length=30, help_text="例如：宁波市级",
        error_messages={"required": "请写推荐到哪一级"},
    )  # fmt: skip
    target = CountField(
        label="目标数", missing="请写今年争取几家", min_value=1, max_value=999,
        help_text="工作要点里写的数",
    )  # fmt: skip
    quota = CountField(
        label="推荐名额", missing="", required=False, min_value=1, max_value=999,
        help_text="上一级给了名额再填，没有就空着",
    )  # fmt: skip
    least = forms.DecimalField(
        label="推荐的最低分", help_text="不到这个分的不会列进来",
        min_value=0, max_value=200, decimal_places=2, initial=90,
        error_messages={"required": "请写推荐的最低分"},
    )  # fmt: skip


class RecommendForm(forms.Form):
    words = forms.CharField(
        label="主要事迹", max_length=2000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text="印在推荐表上，写几件实在的事",
        error_messages={"required": "请写主要事迹"},
    )  # fmt: skip
