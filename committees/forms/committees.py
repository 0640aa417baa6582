"""Questions about a committee, whom it serves and who holds its posts."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from committees.choices import Position
from committees.forms.dates import ChangeDayField, RoughDateField
from committees.models import Person, Unit
from portal.kernel import cells
from portal.kernel.forms import narrow


class EstablishForm(forms.Form):
    name = forms.CharField(
        label="关工委名称",
        max_length=100,
        error_messages={"required": "写上关工委的名称", "max_length": "名称最多 100 个字"},
    )
    established_on = RoughDateField(
        label="什么时候成立的？", help_text="知道年月就写年月，例如 2019-05"
    )
    document = forms.CharField(
        label="成立文件", max_length=120, required=False, help_text="文号或文件名"
    )
    is_joint = forms.BooleanField(label="联合关工委，还覆盖别的单位", required=False)

    def facts(self) -> dict[str, Any]:
        """What committees.services.committees.establish takes."""
        data = dict(self.cleaned_data)
        when = data.pop("established_on")
        if when is not None:
            data |= {"established_on": when.day, "precision": when.precision.value}
        return data


class ServeForm(forms.Form):
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="还覆盖哪家单位？",
        empty_label="请选择",
        help_text="只列出现在没有关工委的单位",
        error_messages={"required": "选一家单位", "invalid_choice": "从列表里选一家单位"},
    )
    since_day = ChangeDayField(label="从哪天起？", missing="写一下从哪天起")

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "unit", units)


class AppointForm(forms.Form):
    """A person of the register, or a new one by name; a post; a day."""

    person = forms.ModelChoiceField(
        Person.objects.none(),
        label="谁？",
        required=False,
        empty_label="不在名册里，在下面写姓名",
        error_messages={"invalid_choice": "从列表里选一位"},
    )
    new_name = forms.CharField(
        label="名册里没有的，写姓名",
        max_length=60,
        required=False,
        help_text="会同时登记到本单位的名册",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    position = forms.ChoiceField(
        label="担任什么职务？",
        choices=Position.choices,
        error_messages={"required": "选一个职务", "invalid_choice": "从列表里选一个职务"},
    )
    since_day = ChangeDayField(label="从哪天起？", missing="写一下从哪天起担任")

    def __init__(self, *args: Any, people: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "person", people)

    def clean_new_name(self) -> str:
        read = cells.person_name(self.cleaned_data["new_name"])
        if read.value is None and read.warning:
            raise forms.ValidationError(read.warning)
        return read.value or ""

    def clean(self) -> dict[str, Any]:
        person, name = self.cleaned_data.get("person"), self.cleaned_data.get("new_name")
        if not person and not name and "new_name" not in self.errors:
            self.add_error("person", "选一位，或者在下面写姓名")
        if person and name:
            self.add_error("new_name", "选了名册里的人，这里就不用写")
        return self.cleaned_data


class EndForm(forms.Form):
    on = ChangeDayField(
        label="从哪天起不再担任？", missing="写一下从哪天起", help_text="这一天已经不算在内"
    )
