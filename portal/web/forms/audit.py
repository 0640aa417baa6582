"""How the audit trail is narrowed."""

from django import forms

from portal.web.audit_words import GROUPS


class AuditFilterForm(forms.Form):
    q = forms.CharField(label="谁、什么事或网络地址", required=False, max_length=80)
    group = forms.ChoiceField(
        label="哪一类",
        required=False,
        choices=[("", "全部"), *((key, word) for key, (word, _) in GROUPS.items())],
    )
    since = forms.DateField(
        label="从哪天", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "日期写成 2023-09-01 的样子"},
    )  # fmt: skip
    until = forms.DateField(
        label="到哪天", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "日期写成 2023-09-30 的样子"},
    )  # fmt: skip
