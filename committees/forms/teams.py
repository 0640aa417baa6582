"""Questions about a term, its papers, whom a committee covers, and what a city asks of teams."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from committees.choices import CommitteePaper, Position
from committees.forms.dates import ChangeDayField
from committees.models import Post, TeamRules, Unit
from portal.kernel.forms import CountField, narrow

LEAVES = ""


class PaperField(forms.FileField):
    """A paper of the committee: scanned, photographed or as a document."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "label": "文件",
                "help_text": "拍的照片、扫描的 PDF 或 Word 都可以，20 MB 以内",
                "widget": forms.FileInput(attrs={"accept": "image/*,.pdf,.docx"}),
                "error_messages": {
                    "required": "选一个文件",
                    "empty": "这个文件是空的（0 字节），请换一个有内容的文件",
                },
                **kwargs,
            }
        )


class PaperForm(forms.Form):
    paper = forms.ChoiceField(
        label="是什么文件？",
        choices=CommitteePaper.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "选一种文件"},
    )
    title = forms.CharField(label="文号或标题", max_length=120, required=False)
    upload = PaperField()


class TermForm(forms.Form):
    """Which term from when, and of everybody who holds a post whether and as what they go on."""

    number = CountField(
        label="第几届？",
        help_text="接着上一届往下数，第一次成立的写 1",
        missing="写上第几届",
        min_value=1,
        max_value=99,
    )
    starts_on = ChangeDayField(
        label="新一届从哪天开始？",
        missing="写上新一届从哪天开始",
        help_text="上一届到这一天为止",
    )

    def __init__(self, *args: Any, posts: list[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for post in posts:
            self.fields[f"post_{post.pk}"] = forms.ChoiceField(
                label=f"{post.person}（现任{post.get_position_display()}）",
                choices=[*Position.choices, (LEAVES, "不再担任")],
                initial=post.position,
                required=False,
                error_messages={"invalid_choice": "从列表里选一个职务"},
            )
        self.fields["title"] = forms.CharField(
            label="换届文件的文号或标题", max_length=120, required=False
        )
        self.fields["upload"] = PaperField(label="换届文件", required=False)

    def staying(self) -> dict[int, str]:
        """pk of a post → the position from now on; who leaves is not in it."""
        return {
            int(name.removeprefix("post_")): value
            for name, value in self.cleaned_data.items()
            if name.startswith("post_") and value != LEAVES
        }


class TownForm(forms.Form):
    """Several units at once: a joint committee around a town's central kindergarten."""

    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label="覆盖哪些单位？",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少选一家单位", "invalid_choice": "从列表里选单位"},
    )
    since_day = ChangeDayField(label="从哪天起？", missing="写一下从哪天起")

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["units"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101
        field.queryset = units


class PostFilterForm(forms.Form):
    q = forms.CharField(label="姓名或单位", required=False, max_length=60)
    position = forms.ChoiceField(
        label="职务", required=False, choices=[("", "全部"), *Position.choices]
    )
    office = forms.ModelChoiceField(
        Unit.objects.none(), label="教办", required=False, empty_label="全部"
    )

    def __init__(self, *args: Any, offices: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "office", offices)


class TeamRulesForm(forms.Form):
    required_posts = forms.MultipleChoiceField(
        label="班子里一定要有的职务",
        choices=Position.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少选一个职务"},
    )
    vacancy_days = CountField(
        label="职务空缺几天内配齐？",
        help_text="过了这么多天还空着，就在“班子空缺和届满”里提醒",
        missing="写上天数",
        min_value=1,
        max_value=999,
    )
    term_years = CountField(
        label="每届几年？",
        help_text="只写数字，例如 3。到期前会提醒换届",
        missing="写上年数",
        min_value=1,
        max_value=10,
    )
    serving_age = CountField(
        label="男同志登记为在职，满多少岁提醒核对？",
        help_text="只是提醒核对，不会改名册",
        missing="写上岁数",
        min_value=50,
        max_value=99,
    )
    serving_age_women = CountField(
        label="女同志登记为在职，满多少岁提醒核对？",
        help_text="只是提醒核对，不会改名册",
        missing="写上岁数",
        min_value=50,
        max_value=99,
    )

    def __init__(self, *args: Any, rules: TeamRules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(rules, name) for name in self.fields}
        for position in Position:
            self.fields[f"age_{position}"] = CountField(
                label=f"{position.label}年龄一般不超过多少岁？",
                missing="",
                required=False,
                min_value=50,
                max_value=99,
                initial=rules.post_ages.get(position),
                help_text="空着就不提醒",
            )

    def facts(self) -> dict[str, Any]:
        """The fields of TeamRules; the ages come together as one answer."""
        data = self.cleaned_data
        ages = {position.value: data[f"age_{position}"] for position in Position}
        kept = {name: value for name, value in data.items() if not name.startswith("age_")}
        return kept | {"post_ages": {name: age for name, age in ages.items() if age}}
