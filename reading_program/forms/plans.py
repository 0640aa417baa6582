"""Writing a plan, sending one back, and the one line after looking at something."""

from django import forms


class PlanForm(forms.Form):
    """Typed here or brought as a file, as the unit likes; handing in asks for one of them."""

    text = forms.CharField(
        label="方案内容",
        required=False,
        max_length=50_000,
        help_text="指导思想、活动内容和步骤、组织保障。已经有 Word 或 PDF 的，这里可以空着",
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"max_length": "太长了，请把详细内容放进 Word 或 PDF 里上传"},
    )
    upload = forms.FileField(
        label="Word 或 PDF 文件",
        required=False,
        help_text="20 MB 以内，再传一次就换掉原来的",
        widget=forms.FileInput(attrs={"accept": ".docx,.pdf"}),
        error_messages={"empty": "这个文件是空的，里面没有内容，请重新选一个"},
    )
    # Which state of the plan the page was opened with; 0 where there was none yet.
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class SendBackForm(forms.Form):
    note = forms.CharField(
        label="请对方补什么？",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="对方会看到这几句话",
        error_messages={"required": "写明要补什么，对方才知道怎么改"},
    )


class DeclineForm(forms.Form):
    note = forms.CharField(
        label="为什么不推荐？",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="学校会看到这几句话",
        error_messages={"required": "写一句原因，学校才好向学生说明"},
    )


class LookedAtForm(forms.Form):
    note = forms.CharField(
        label="看过以后怎么办？",
        max_length=200,
        help_text="例如：都引了同一首诗，不算抄；或者：请学校核实。机器只提醒，由人来定",
        error_messages={"required": "写一句看过以后怎么办", "max_length": "最多 200 个字"},
    )
