"""A credit rule as the bureau writes it: which records, and what they count for."""

from typing import Any

from django import forms

from activities.choices import CreditTarget, RequiredField
from activities.models import ActivityKind, CreditRule
from activities.services.rules import RuleDraft
from committees.choices import UnitKind
from committees.models import ObligationItem, ObligationSet

MONTHS = [(str(month), f"{month}月") for month in range(1, 13)]
LINE_TARGETS = [target for target in CreditTarget if target is not CreditTarget.OBLIGATION]


class RuleForm(forms.Form):
    """`counts_for` is an item of the set in force, or the target of a line named below it."""

    counts_for = forms.ChoiceField(
        label="计入哪里",
        error_messages={"required": "选一下计入哪里", "invalid_choice": "从列出的里面选一个"},
    )
    line_name = forms.CharField(
        label="评分项、统计指标或栏目的名称",
        help_text="计入义务的不用填。例如：读书活动开展次数",
        max_length=40,
        required=False,
        error_messages={"max_length": "名称请缩到 40 个字以内"},
    )
    line = forms.SlugField(
        label="代号",
        help_text="计入义务的不用填。照评分表或统计表上的代号写，只用字母、数字和短横线",
        max_length=40,
        required=False,
        error_messages={
            "invalid": "代号只用字母、数字和短横线，例如 reading-3",
            "max_length": "代号请缩到 40 个字以内",
        },
    )
    kind = forms.ModelChoiceField(
        label="哪一类活动记录",
        queryset=ActivityKind.objects.none(),
        empty_label=None,
        error_messages={"required": "选一类活动", "invalid_choice": "从列出的活动里选一类"},
    )
    first_month = forms.TypedChoiceField(label="从几月", choices=MONTHS, coerce=int, initial="1")
    last_month = forms.TypedChoiceField(label="到几月", choices=MONTHS, coerce=int, initial="12")
    unit_kinds = forms.MultipleChoiceField(
        label="只看哪些单位的",
        help_text="都不选，就是要求到的单位都看",
        choices=[(kind.value, kind.label) for kind in UnitKind],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    requires = forms.MultipleChoiceField(
        label="记录里要写明什么",
        help_text="写齐了才计入。照片不是必须的，一般不要选",
        choices=RequiredField.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        current: ObligationSet | None,
        rule: CreditRule | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(rule) if rule else None)
        self.items: dict[str, ObligationItem] = {
            f"item-{item.pk}": item for item in (current.items.all() if current else [])
        }
        choice, kinds = self.fields["counts_for"], self.fields["kind"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101
        assert isinstance(kinds, forms.ModelChoiceField)  # noqa: S101
        choice.choices = [
            *((key, f"义务：{item.name}") for key, item in self.items.items()),
            *((target.value, target.label) for target in LINE_TARGETS),
        ]
        kinds.queryset = ActivityKind.objects.all()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("counts_for") in LINE_TARGETS:
            if not cleaned.get("line") and "line" not in self.errors:
                self.add_error("line", "写一下代号，例如 reading-3")
            if not cleaned.get("line_name") and "line_name" not in self.errors:
                self.add_error("line_name", "写一下名称，例如：读书活动开展次数")
        if cleaned.get("first_month", 1) > cleaned.get("last_month", 12):
            self.add_error("last_month", "截止月份要在起始月份以后")
        return cleaned

    @property
    def draft(self) -> RuleDraft:
        """The rule as written. Only for a valid form."""
        given = self.cleaned_data
        item = self.items.get(given["counts_for"])
        return RuleDraft(
            target=CreditTarget.OBLIGATION if item else given["counts_for"],
            item=item,
            line="" if item else given["line"],
            line_name="" if item else given["line_name"],
            kind=given["kind"],
            requires=tuple(given["requires"]),
            first_month=given["first_month"],
            last_month=given["last_month"],
            unit_kinds=tuple(given["unit_kinds"]),
        )


def _initial(rule: CreditRule) -> dict[str, Any]:
    return {
        "counts_for": f"item-{rule.item_id}" if rule.item_id else rule.target,
        "line": rule.line,
        "line_name": rule.line_name,
        "kind": rule.kind_id,
        "first_month": str(rule.first_month),
        "last_month": str(rule.last_month),
        "unit_kinds": rule.unit_kinds,
        "requires": rule.requires,
    }
