"""Closing a year and opening it again."""

from django import forms


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label="为什么要重新打开",
        max_length=200,
        help_text="这句话会记在操作日志里",
        error_messages={"required": "写一句为什么要重新打开，以后查得到"},
    )


class CloseForm(forms.Form):
    seen = forms.BooleanField(
        label="没办完的事我看过了，就照现在的样子封存",
        error_messages={"required": "还有没办完的事，看过以后勾上这一格再结转"},
    )
