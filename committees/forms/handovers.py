"""换人: who takes over the role, from which day, and what the one who leaves passes on."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from committees.forms.dates import ChangeDayField
from committees.models import User
from portal.kernel import cells
from portal.kernel.forms import narrow


class HandoverForm(forms.Form):
    to = forms.ModelChoiceField(
        User.objects.none(),
        label="接手的同志已经有账号的，选一下",
        required=False,
        empty_label="还没有账号，在下面写姓名",
        error_messages={"invalid_choice": "从列表里选一位"},
    )
    new_name = forms.CharField(
        label="还没有账号的，写姓名",
        max_length=60,
        required=False,
        help_text="会新开一个账号，登录名和初始密码在下一页，可以打印",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    on = ChangeDayField(
        label="从哪天起由新的同志来办？",
        missing="写上交接日期",
        help_text="这一天起归新的同志，原来的同志只能看自己经手过的",
    )
    note = forms.CharField(
        label="要交代的事",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="印在交接单上。没写完的记录、等着的事、到期的任务和联系人会自动列出，不用写",
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "to", people)

    def clean_new_name(self) -> str:
        read = cells.person_name(self.cleaned_data["new_name"])
        if read.value is None and read.warning:
            raise forms.ValidationError(read.warning)
        return read.value or ""

    def clean(self) -> dict[str, Any]:
        to, name = self.cleaned_data.get("to"), self.cleaned_data.get("new_name")
        if not to and not name and "new_name" not in self.errors:
            self.add_error("to", "选一位接手的同志，或者在下面写姓名")
        if to and name:
            self.add_error("new_name", "选了已有账号的同志，这里就不用写")
        return self.cleaned_data
