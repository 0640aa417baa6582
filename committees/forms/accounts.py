"""Opening an account by post, and the filter of the list of accounts."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet

from committees.models import Unit, User
from committees.policy import Role
from portal.kernel import cells
from portal.kernel.forms import narrow


class AccountFilterForm(forms.Form):
    q = forms.CharField(label="姓名、登录名或单位", required=False, max_length=80)
    role = forms.ChoiceField(label="角色", required=False, choices=[("", "全部"), *Role.choices])
    office = forms.ModelChoiceField(
        Unit.objects.none(), label="教办", required=False, empty_label="全部"
    )

    def __init__(self, *args: Any, offices: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "office", offices)


class AccountUnitForm(forms.Form):
    """First question of opening an account: at which unit."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="给哪家单位开通？",
        empty_label="请选择",
        error_messages={"required": "选一家单位", "invalid_choice": "从列表里选一家单位"},
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "unit", units)


class AccountForm(forms.Form):
    role = forms.ChoiceField(
        label="做什么用？",
        widget=forms.RadioSelect,
        error_messages={"required": "选一个角色", "invalid_choice": "从上面选一个角色"},
    )
    name = forms.CharField(
        label="使用人姓名",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "写上使用人的姓名"},
    )
    username = forms.CharField(
        label="登录名",
        max_length=40,
        required=False,
        help_text="空着就用单位代码加一个字母。要自己定，只用小写字母和数字",
        validators=[RegexValidator(r"^[a-z0-9._-]+$", "登录名只用小写字母和数字")],
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["role"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101
        choice.choices = [(role.value, role.label) for role in roles]
        if len(roles) == 1:
            self.initial.setdefault("role", roles[0].value)

    def clean_name(self) -> str:
        return cells.person_name(self.cleaned_data["name"]).value or self.cleaned_data["name"]

    def clean_username(self) -> str:
        username = str(self.cleaned_data["username"])
        if username and User.objects.filter(username=username).exists():
            raise forms.ValidationError("这个登录名已经有人用了，换一个，例如在后面加一个数字")
        return username
