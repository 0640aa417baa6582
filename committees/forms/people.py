"""Questions about a person of the register, and the filter of the register."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from committees.choices import ElderCategory, Gender, WorkStatus
from committees.forms.dates import RoughDateField, rough
from committees.models import Person, Unit
from portal.kernel import cells
from portal.kernel.cells import Precision
from portal.kernel.forms import narrow

ROLES = [
    ("", "全部"),
    ("mentor", "关爱导师"),
    ("backbone", "骨干"),
    ("honour", "名特优教师"),
    ("post", "担任职务的"),
]


class PersonFilterForm(forms.Form):
    q = forms.CharField(label="姓名", required=False, max_length=60)
    category = forms.ChoiceField(
        label="“五老”类别", required=False, choices=[("", "全部"), *ElderCategory.choices]
    )
    part = forms.ChoiceField(label="作用", required=False, choices=ROLES)
    status = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *WorkStatus.choices]
    )
    tag = forms.CharField(label="特长", required=False, max_length=20)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="单位或教办", required=False, empty_label="全部"
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "unit", units)


class PersonForm(forms.Form):
    """One required question; no identity number, address or health is asked for."""

    name = forms.CharField(
        label="姓名",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "写上姓名", "max_length": "姓名最多 60 个字"},
    )
    gender = forms.ChoiceField(
        label="性别",
        required=False,
        choices=[*Gender.choices, ("", "不填")],
        widget=forms.RadioSelect,
    )
    work_status = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[*WorkStatus.choices, ("", "不填")],
        widget=forms.RadioSelect,
    )
    categories = forms.MultipleChoiceField(
        label="“五老”类别",
        required=False,
        choices=ElderCategory.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="可以选几个",
    )
    original_post = forms.CharField(label="原工作单位及职务", max_length=120, required=False)
    original_unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="原工作单位在本市的，选一下",
        required=False,
        empty_label="不在名单里",
        error_messages={"invalid_choice": "从列表里选一家单位"},
    )
    born_on = RoughDateField(label="出生年月", help_text="例如 1952-08")
    stepped_back_on = RoughDateField(label="退居二线时间", help_text="没有就空着")
    retired_on = RoughDateField(label="退休时间", help_text="例如 2012-08")
    strengths = forms.CharField(
        label="特长", max_length=120, required=False, help_text="例如：书法、讲故事、心理辅导"
    )
    honour = forms.CharField(
        label="名特优称号", max_length=60, required=False, help_text="例如：特级教师、省名师"
    )
    phone = forms.CharField(
        label="手机",
        max_length=30,
        required=False,
        help_text="名册里只显示头三位和后四位，查看整个号码会留下记录",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    is_backbone = forms.BooleanField(label="骨干", required=False)
    is_mentor = forms.BooleanField(label="“关爱导师”", required=False)

    def __init__(
        self,
        *args: Any,
        person: Person | None = None,
        units: QuerySet[Unit] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if units is None:
            del self.fields["original_unit"]
        else:
            narrow(self, "original_unit", units)
        if person is not None:
            self.initial.update({name: getattr(person, name) for name in self.fields})
            self.fields["forget_phone"] = forms.BooleanField(
                label="把原来的手机号码删掉", required=False
            )
            self.initial["born_on"] = rough(person.born_on, Precision.MONTH)
            self.initial["stepped_back_on"] = rough(
                person.stepped_back_on, person.stepped_back_precision
            )
            self.initial["retired_on"] = rough(person.retired_on, person.retired_precision)
            # A number is seen only by asking for it; here it can be replaced, not read.
            self.initial["phone"] = ""
            self.fields["phone"].help_text = "不改就空着。换了号码，在这里写新的"

    def clean_name(self) -> str:
        read = cells.person_name(self.cleaned_data["name"])
        if read.value is None:
            raise forms.ValidationError(read.warning or "写上姓名")
        return read.value

    def clean_phone(self) -> str:
        read = cells.phone(self.cleaned_data["phone"])
        if read.value is None and read.warning:
            raise forms.ValidationError(read.warning)
        return read.value or ""

    def facts(self) -> dict[str, Any]:
        """What the services of the register take."""
        data = dict(self.cleaned_data)
        # An empty answer about a number nobody could read leaves it as it is.
        if "forget_phone" in self.fields and not data["phone"] and not data.pop("forget_phone"):
            del data["phone"]
        data.pop("forget_phone", None)
        born = data.pop("born_on")
        data["born_on"] = born.day if born else None
        for name in ("stepped_back", "retired"):
            when = data.pop(f"{name}_on")
            data[f"{name}_on"] = when.day if when else None
            data[f"{name}_precision"] = when.precision.value if when else Precision.DAY.value
        return data
