"""The questions of the first page of a new city."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from committees.models import User
from portal.kernel.forms import PasswordInput
from portal.web.forms.account import WHY
from portal.web.services import setup

PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class CityForm(forms.Form):
    key = forms.CharField(
        label="开城钥匙",
        max_length=40,
        help_text="请管这台服务器的同志给您。在服务器上运行 manage.py setup_key 就能看到",
        widget=forms.TextInput(attrs=PLAIN),
        error_messages={"required": "写上开城钥匙"},
    )
    name = forms.CharField(
        label="市教育局全称",
        max_length=60,
        help_text="例如“云州市教育局”。印在简报和证书上的就是这个名称",
        error_messages={"required": "写上市教育局的全称"},
    )
    person = forms.CharField(
        label="您的姓名",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
        error_messages={"required": "写上您的姓名"},
    )
    username = forms.CharField(
        label="登录名",
        max_length=40,
        help_text="您自己定，只用小写字母和数字，以后就用它登录",
        validators=[RegexValidator(r"^[a-z0-9._-]+$", "登录名只用小写字母和数字")],
        widget=forms.TextInput(attrs={**PLAIN, "autocomplete": "username"}),
        error_messages={"required": "写上登录名"},
    )
    password = forms.CharField(
        label="密码",
        strip=False,
        help_text="8 位以上，不要只用数字，也不要用自己的姓名",
        widget=PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "写上密码"},
    )

    def clean_key(self) -> str:
        if not setup.fits(self.cleaned_data["key"]):
            raise ValidationError("和这台服务器的钥匙对不上。一共 16 个字母和数字，请再核对一遍")
        return ""

    def clean(self) -> dict[str, object]:
        told = self.cleaned_data
        person = User(username=told.get("username", ""), name=told.get("person", ""))
        try:
            validate_password(told.get("password", ""), person)
        except ValidationError as refusal:
            if "password" in told:
                for error in refusal.error_list:
                    sentence = WHY.get(error.code or "", "这个密码不够稳妥，换一个")
                    self.add_error("password", ValidationError(sentence, error.code))
        return told
