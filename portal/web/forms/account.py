"""Signing in and one's own password."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from committees.models import User
from portal.kernel.forms import PasswordInput

WHY = {
    "password_too_short": "密码太短，写 8 位以上",
    "password_too_common": "这个密码太常见，别人一猜就中，换一个",
    "password_too_similar": "密码和姓名或登录名太像，换一个",
    "password_entirely_numeric": "密码不要只用数字，加几个字母",
}


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
        "slip_is_old": "条子上的初始密码过了期限，不能用了。打电话给给您条子的单位，重新要一张",
    }

    def confirm_login_allowed(self, user: User) -> None:
        """Asked only after the password was right: a slip that lay about too long is dead."""
        super().confirm_login_allowed(user)
        until = user.first_password_until
        if user.must_change_password and until is not None and until < timezone.now():
            raise ValidationError(self.error_messages["slip_is_old"], code="slip_is_old")


class CodeForm(forms.Form):
    """Six digits of the telephone, or one of the codes written down."""

    WRONG = "这个码对不上。看看手机上现在显示的六位数，或者用一个还没用过的备用码，等几秒再试"
    token = forms.CharField(
        label="动态码",
        max_length=20,
        help_text="手机上显示的六位数；手机不在身边就用一个备用码",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": "写上动态码"},
    )


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
            raise ValidationError("和现在用的密码对不上，点“显示”核对一下")
        return str(old)

    def clean(self) -> dict[str, object]:
        """Ask the validators of the settings and answer in our own words."""
        try:
            validate_password(self.cleaned_data.get("new_password1", ""), self.user)
        except ValidationError as refusal:
            if "new_password1" in self.cleaned_data:
                for error in refusal.error_list:
                    sentence = WHY.get(error.code or "", "这个密码不够稳妥，换一个")
                    self.add_error("new_password1", ValidationError(sentence, error.code))
        return self.cleaned_data


class LookForm(forms.Form):
    reason = forms.CharField(
        label="为什么要替看",
        max_length=100,
        help_text="例如：打电话来说找不到退回的记录。本人会看到这句话",
        error_messages={"required": "写一句为什么要替看，例如：来电话说找不到退回的记录"},
    )
