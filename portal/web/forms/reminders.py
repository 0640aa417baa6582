"""Where somebody wants to be told."""

from django import forms

from portal.kernel import cells


class AddressForm(forms.Form):
    """Two questions, both free; whoever leaves both open is telephoned."""

    email = forms.EmailField(
        label="电子邮箱",
        required=False,
        help_text="每周最多一封，急事最多再提醒一次。不想收就空着",
        error_messages={"invalid": "邮箱里要有 @，例如 wang@example.com"},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label="收短信的手机",
        required=False,
        max_length=30,
        help_text="本市开通了短信才会发",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )

    def clean_phone(self) -> str:
        read = cells.phone(self.cleaned_data["phone"])
        if read.value is None and read.warning:
            raise forms.ValidationError(read.warning)
        return read.value or ""
