"""What a bureau may set while a set of obligations is a draft."""

from datetime import date
from typing import Any

from django import forms

from activities.choices import RequiredField
from activities.models import ActivityKind
from committees.choices import UnitKind
from committees.models import ObligationItem, ObligationSet
from portal.kernel.calendar import date_cn
from portal.kernel.forms import CountField, DayField, DayInput

ASKED = [UnitKind.OFFICE, UnitKind.SCHOOL, UnitKind.KINDERGARTEN]


class ObligationSetForm(forms.Form):
    """The set as a whole."""

    name = forms.CharField(
        label="叫什么",
        help_text="照本地工作要点里的说法写",
        max_length=80,
        error_messages={
            "required": "写一下这套义务叫什么，例如“三个同”“三个一”",
            "max_length": "名称请缩到 80 个字以内",
        },
    )
    basis = forms.CharField(
        label="依据哪份文件",
        help_text="会印在统计表的口径里，例如：2023年工作要点第4条",
        max_length=200,
        required=False,
        error_messages={"max_length": "依据请缩到 200 个字以内"},
    )
    only_served = forms.TypedChoiceField(
        label="没有关工委的学校、幼儿园怎么算",
        choices=[("yes", "不计入应完成数，另看组织覆盖率"), ("no", "也计入应完成数")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "选一下没有关工委的单位怎么算"},
    )

    @classmethod
    def of(cls, drafted: ObligationSet, data: Any = None) -> "ObligationSetForm":
        initial = {
            "name": drafted.name,
            "basis": drafted.basis,
            "only_served": "yes" if drafted.only_served else "no",
        }
        return cls(data, initial=initial)


class ObligationItemForm(forms.Form):
    """One item: what is asked, of whom, until when, and which records discharge it."""

    group = forms.CharField(
        label="属于哪一组",
        help_text="例如 三个同、四纳入；同一组的在矩阵里排在一起",
        max_length=20,
        error_messages={
            "required": "写一下属于哪一组，例如 三个同",
            "max_length": "组名请缩到 20 个字以内",
        },
    )
    name = forms.CharField(
        label="名称",
        help_text="矩阵的列名，越短越好",
        max_length=20,
        error_messages={
            "required": "写一下名称，例如“听取汇报”",
            "max_length": "名称请缩到 20 个字以内",
        },
    )
    text = forms.CharField(
        label="要求",
        help_text="写给学校看的一句话",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": "用一句话写写要求，例如“每年至少听取一次关工委工作汇报”",
            "max_length": "要求请缩到 200 个字以内",
        },
    )
    due_on = DayField(
        label="最晚哪天完成", missing="写一下最晚哪天完成", future=True, widget=DayInput()
    )
    min_count = CountField(
        label="一年至少几次",
        help_text="一般写 1；每季度一次写 4",
        missing="写一下至少几次",
        min_value=1,
        max_value=52,
    )
    unit_kinds = forms.MultipleChoiceField(
        label="要求哪些单位",
        choices=[(kind.value, kind.label) for kind in ASKED],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少选一类单位"},
    )
    kinds = forms.ModelMultipleChoiceField(
        label="哪一类活动记录能抵这一项",
        queryset=ActivityKind.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少选一类活动，不然这一项没法完成"},
    )
    requires = forms.MultipleChoiceField(
        label="记录里要写明什么",
        help_text="写齐了才能抵。照片不是必须的，一般不要选",
        choices=RequiredField.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, data: Any = None, *, item: ObligationItem) -> None:
        rules = list(item.rules.all()) if item.pk else []
        initial = {
            "group": item.group,
            "name": item.name,
            "text": item.text,
            "due_on": item.due_on,
            "min_count": item.min_count,
            "unit_kinds": item.unit_kinds,
            "kinds": [rule.kind_id for rule in rules],
            "requires": sorted({name for rule in rules for name in rule.requires}),
        }
        super().__init__(data, initial=initial)
        self.year = item.obligation_set.year
        kinds = self.fields["kinds"]
        assert isinstance(kinds, forms.ModelMultipleChoiceField)  # noqa: S101
        kinds.queryset = ActivityKind.objects.filter(is_open=True)

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if due_on.year != self.year:
            last = date_cn(date(self.year, 12, 31))
            raise forms.ValidationError(f"要在 {self.year} 年里，最晚可以写 {last}")
        return due_on

    @property
    def facts(self) -> dict[str, Any]:
        """The item's own fields, cleaned."""
        names = ("group", "name", "text", "due_on", "min_count", "unit_kinds")
        return {name: self.cleaned_data[name] for name in names}
