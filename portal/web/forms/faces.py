"""Choosing what of a committee is public."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from activities.models import Activity
from portal.kernel.forms import narrow
from portal.web.choices import FaceSection


class RecordChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.held_label} {obj.title}"


class FaceForm(forms.Form):
    sections = forms.MultipleChoiceField(
        label="公开哪几部分",
        choices=FaceSection.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="一项都不勾，这一页就收起来，谁也打不开",
    )
    records = RecordChoices(
        Activity.objects.none(),
        label="公开哪几次活动",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="只公开题目、类型和日期。题目里有学生姓名的不要勾",
    )
    is_findable = forms.BooleanField(
        label="允许搜索网站收录这一页", required=False, help_text="平时不用勾，有网址的人照样能看"
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, choosable: QuerySet[Activity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "records", choosable)
        if not choosable:
            del self.fields["records"]
