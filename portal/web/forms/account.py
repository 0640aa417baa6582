"""Signing in and one's own password."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm

from portal.kernel.forms import PasswordInput


class SignInForm(AuthenticationForm):
    """Login name and password; wrong ones are told apart from a stopped account by nobody."""

    username = forms.CharField(
        label="登录名",
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": "写上登录名，一般是教办给您的那个"},
    )
    password = forms.CharField(
        label="密码",
        strip=False,
        widget=PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "写上密码"},
    )
    shared = forms.BooleanField(label="这是公用电脑，关掉浏览器就退出", required=False)
    error_messages = {
        "invalid_login": "登录名和密码对不上。看看大小写和空格，点“显示”可以看见写的密码",
        "inactive": "登录名和密码对不上。看看大小写和空格，点“显示”可以看见写的密码",
    }


class NewPasswordForm(SetPasswordForm):
    """A new password typed once: it can be shown, so typing it twice asks for nothing."""

    new_password1 = forms.CharField(
        label="新密码",
        strip=False,
        help_text="8 位以上，不要只用数字，也不要用自己的姓名",
        widget=PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "写上新密码"},
    )
    field_order = ["old_password", "new_password1"]

    def __init__(self, *args: object, asks_old: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["new_password2"]
        if asks_old:
            self.fields["old_password"] = forms.CharField(
                label="现在的密码",
                strip=False,
                widget=PasswordInput(attrs={"autocomplete": "current-password"}),
                error_messages={"required": "写上现在用的密码"},
            )
            self.order_fields(self.field_order)

    def clean_old_password(self) -> str:
        old = self.cleaned_data["old_password"]
        if not self.user.check_password(old):
            raise forms.ValidationError("和现在用的密码对不上，点“显示”核对一下")
        return str(old)

    def clean(self) -> dict[str, object]:
        self.validate_password_for_user(self.user, "new_password1")
        return self.cleaned_data
