"""A school's bulk entry: the table pasted or as a file, and the documents in one archive."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError


class BulkForm(forms.Form):
    pasted = forms.CharField(
        label="从 Excel 里复制，贴在这里",
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 6, "wrap": "off"}),
        help_text="连表头一起选中、复制。也可以不贴，在下面传表格文件",
        error_messages={"max_length": "太长了，请改为传表格文件"},
    )
    table = forms.FileField(
        label="或者传表格（.xlsx）",
        help_text="照样表填好的那一张，一行一件作品",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"empty": "这个文件是空的，请重新选一个"},
    )
    archive = forms.FileField(
        label="作品文档（压缩成一个 .zip）",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".zip"}),
        help_text="一篇一个文档，文件名写成“学校+姓名+题目”，程序按姓名和题目对上表里的行",
        error_messages={"empty": "这个压缩包是空的，请重新选一个"},
    )

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self.cleaned_data["pasted"] and not self.cleaned_data["table"]:
            self.add_error("pasted", ValidationError("贴上表格，或者在下面选一个表格文件"))
        return self.cleaned_data
