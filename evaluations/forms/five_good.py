"""Forms of “五好”创建: a part of the table of points, tables, campaigns, titles."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from committees.choices import UnitKind
from committees.forms.teams import PaperField
from committees.models import Unit
from evaluations.choices import Asking, Column, TitleState, Way
from evaluations.models import Rubric
from evaluations.services.appraisals import MORE, EntryDraft
from portal.kernel.forms import CountField, DayField, DayInput, narrow

YES_NO = {"require", "missing", "all_missing"}
KINDS = [(kind.value, kind.label) for kind in UnitKind if kind != UnitKind.BUREAU]


CRITERION_WORDS = [
    ("text", "评分要点", 3), ("max", "满分", 0), ("rule", "评分办法", 2),
    ("evidence", "佐证材料", 2),
]  # fmt: skip
RULE_NUMBERS = {"minus": "扣几分", "target": "要求几次", "full_at": "满分线", "step": "每档多少"}


class PartForm(forms.Form):
    """One dimension's criteria: each question of each, whether it applies, and why.

    A question left open stays open; only handing in asks for all of them.
    """

    def __init__(
        self, *args: Any, criteria: Sequence[Mapping[str, Any]], column: str,
        start: Mapping[str, EntryDraft], known: Mapping[str, Any],
        seen: Mapping[str, str] | None = None, **kw: Any,
    ) -> None:  # fmt: skip
        """`known` is what the records say by question, `seen` the marks of a visit by code."""
        super().__init__(*args, **kw)
        self.criteria, self.column = criteria, column
        seen = seen or {}
        for criterion in criteria:
            draft = start.get(criterion["code"], EntryDraft())
            for rule in criterion["rules"]:
                self._ask(criterion["code"], rule, draft, known)
            if column != Column.SELF:
                self.fields[_name(criterion["code"], "more")] = _more_field(
                    criterion, draft, seen.get(criterion["code"], "")
                )
            self.fields[_name(criterion["code"], "not_applicable")] = forms.BooleanField(
                label="本单位不适用这一条", required=False, initial=not draft.applies
            )
            self.fields[_name(criterion["code"], "reason")] = forms.CharField(
                label="说明" if column == Column.SELF else "扣分理由",
                required=False,
                max_length=500,
                initial=draft.reason,
                help_text="不适用时要写明为什么"
                if column == Column.SELF
                else "低于满分或不适用时要写，本单位看得到",
            )

    def _ask(
        self, code: str, rule: Mapping[str, Any], draft: EntryDraft, known: Mapping[str, Any]
    ) -> None:
        if "key" not in rule or _name(code, rule["key"]) in self.fields:
            return
        key = rule["key"]
        told = known.get(key)
        asked = _field_for(rule, draft.values.get(key))
        asked.help_text = _told(told) if told is not None else ""
        # Open for now and asked for when the whole is handed in: not “选填”.
        asked.may_wait = True  # type: ignore[attr-defined]
        self.fields[_name(code, key)] = asked

    def groups(self) -> Iterator[tuple[Mapping[str, Any], list[forms.BoundField]]]:
        """Each criterion with its own bound fields, for the template."""
        for criterion in self.criteria:
            start = _name(criterion["code"], "")
            names = [name for name in self.fields if name.startswith(start)]
            yield criterion, [self[name] for name in names]

    def drafts(self) -> dict[str, EntryDraft]:
        data = self.cleaned_data
        found = {}
        for criterion in self.criteria:
            code = criterion["code"]
            values = {}
            for rule in criterion["rules"]:
                if "key" not in rule:
                    continue
                value = _value(rule, data.get(_name(code, rule["key"])))
                if value is not None:
                    values[rule["key"]] = value
            more = data.get(_name(code, "more"))
            if more:
                values[MORE] = format(more.normalize(), "f")
            found[code] = EntryDraft(
                values,
                not data[_name(code, "not_applicable")],
                data[_name(code, "reason")],
            )
        return found


class ExtraForm(forms.Form):
    """Bonus points and vetoes, which belong to no dimension."""

    def __init__(
        self, *args: Any, content: Mapping[str, Any], start: Mapping[str, EntryDraft], **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.content = content
        for item in content.get("bonus", ()):
            draft = start.get(item["code"], EntryDraft())
            self.fields[_name(item["code"], "count")] = forms.IntegerField(
                label=f"{item['name']}（每项加 {item['each']} 分，最多 {item['max']} 分）",
                required=False,
                min_value=0,
                max_value=99,
                initial=draft.values.get("count", 0),
            )
        for item in content.get("vetoes", ()):
            draft = start.get(item["code"], EntryDraft())
            self.fields[_name(item["code"], "stands")] = forms.BooleanField(
                label=f"一票否决：{item['name']}",
                required=False,
                initial=bool(draft.values.get("stands")),
            )
            self.fields[_name(item["code"], "reason")] = forms.CharField(
                label="依据", required=False, max_length=500, initial=draft.reason
            )

    def drafts(self) -> dict[str, EntryDraft]:
        data = self.cleaned_data
        found = {
            item["code"]: EntryDraft({"count": data[_name(item["code"], "count")] or 0})
            for item in self.content.get("bonus", ())
        }
        for item in self.content.get("vetoes", ()):
            stands = data[_name(item["code"], "stands")]
            reason = data[_name(item["code"], "reason")]
            found[item["code"]] = EntryDraft({"stands": stands}, reason=reason)
        return found


def _name(code: str, part: str) -> str:
    return f"c{code.replace('.', '_')}__{part}"


def _more_field(criterion: Mapping[str, Any], draft: EntryDraft, seen: str) -> forms.DecimalField:
    """What a reviewer takes off beyond the rules; the reason stands in 扣分理由.

    Where somebody went there, their marks stand beside it: the number offered comes from them.
    """
    told = "规则里没有写到的问题，扣了要写理由"
    if seen:
        told = f"实地看：{seen}。平均比上面的答案低的，低多少已经填在这里，请核对"
    field = forms.DecimalField(
        label="另外再扣几分", required=False, min_value=0,
        max_value=Decimal(str(criterion["max"])), decimal_places=2,
        initial=draft.values.get(MORE), help_text=told,
    )  # fmt: skip
    field.may_wait = True  # type: ignore[attr-defined]
    return field


def _field_for(rule: Mapping[str, Any], value: Any) -> forms.Field:
    label = rule.get("label", "") or rule["key"]
    kind = rule["type"]
    if kind in YES_NO:
        loss = "这一条不得分" if kind == "require" else f"扣 {rule.get('minus', '')} 分"
        initial = "" if value is None else "yes" if value is True else "no"
        return forms.ChoiceField(
            label=rule.get("ask", label),
            choices=[("yes", "做到了"), ("no", f"没做到（{loss}）")],
            widget=forms.RadioSelect,
            required=False,
            initial=initial,
        )
    if kind == "grade":
        levels = [(level, f"{level}（{points} 分）") for level, points in rule["points"].items()]
        return forms.ChoiceField(
            label=label,
            choices=[*levels, ("none", "都没有（0 分）")],
            widget=forms.RadioSelect,
            required=False,
            initial="none" if value == "" else value,
        )
    units = {
        "each": "几处",
        "shortfall": f"次数（要求 {rule.get('target', '')} 次）",
        "ratio": "百分数",
    }
    return forms.DecimalField(
        label=f"{label}：{units.get(kind, '得分')}",
        required=False,
        min_value=0,
        max_value=100000,
        decimal_places=2,
        initial=value,
    )


def _value(rule: Mapping[str, Any], given: Any) -> Any:
    """What the engine reads; None where nothing was answered."""
    if given in (None, ""):
        return None
    if rule["type"] in YES_NO:
        return given == "yes"
    if rule["type"] == "grade":
        return "" if given == "none" else given
    return format(given.normalize(), "f")


def _told(told: Any) -> str:
    if told is True:
        return "系统里有记录"
    if told is False:
        return "系统里没有查到记录"
    if told == "":
        return "系统里没有查到"
    return f"系统里有 {told}" if isinstance(told, int) else f"系统里是“{told}”"


class RubricForm(forms.Form):
    """A table of points from a file, or the one that comes with the portal."""

    name = forms.CharField(label="名称", max_length=60, initial="“五好”关工委评分表")
    basis = forms.CharField(
        label="依据", max_length=200, required=False, help_text="例如：甬教关工委〔2023〕5号"
    )
    unit_kinds = forms.MultipleChoiceField(
        label="评哪些单位", choices=KINDS, widget=forms.CheckboxSelectMultiple
    )
    file = forms.FileField(
        label="评分表文件",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".json,.xlsx"}),
        help_text="不选文件就用自带的一张：5 个方面各 20 分，13 项、30 条",
    )


class CriterionForm(forms.Form):
    """One criterion of a draft: its words and maximum, and the numbers of its rules."""

    def __init__(self, *args: Any, criterion: Mapping[str, Any], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.criterion = criterion
        for name, label, rows in CRITERION_WORDS:
            self.fields[name] = forms.CharField(
                label=label, max_length=500, initial=criterion.get(name, ""),
                widget=forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(),
                error_messages={"required": f"请写{label}"},
            )  # fmt: skip
        for place, rule in enumerate(criterion["rules"]):
            for name, label in RULE_NUMBERS.items():
                if name in rule:
                    about = rule.get("label") or rule.get("ask") or rule.get("key", "")
                    self.fields[f"r{place}__{name}"] = forms.CharField(
                        label=f"{about}：{label}", max_length=12, initial=rule[name],
                        error_messages={"required": f"请写{label}"},
                    )  # fmt: skip

    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name, _, _ in CRITERION_WORDS}

    def numbers(self) -> dict[int, dict[str, str]]:
        found: dict[int, dict[str, str]] = {}
        for name in self.fields:
            place, _, key = name.removeprefix("r").partition("__")
            if key:
                found.setdefault(int(place), {})[key] = self.cleaned_data[name]
        return found


class CampaignForm(forms.Form):
    name = forms.CharField(label="名称", max_length=60)
    rubric = forms.ModelChoiceField(
        label="评分表", queryset=Rubric.objects.none(), empty_label=None, widget=forms.RadioSelect
    )
    asking = forms.ChoiceField(
        label="评哪些单位", choices=Asking.choices, widget=forms.RadioSelect, required=False,
        initial=Asking.ALL,
    )  # fmt: skip
    share = CountField(
        label="抽百分之几", missing="", required=False, min_value=1, max_value=100,
        help_text="抽查的时候填，例如 30",
    )  # fmt: skip
    seed = forms.CharField(
        label="抽签种子", required=False, max_length=40,
        help_text="抽查的时候填，例如当天开奖号码；同一个种子抽出来总是那几家",
    )  # fmt: skip
    way = forms.ChoiceField(
        label="怎么看", choices=Way.choices, widget=forms.RadioSelect, required=False,
        initial=Way.DESK,
    )  # fmt: skip
    self_due = DayField(label="自评截止", missing="请写自评截止日期", future=True, widget=DayInput)
    office_due = DayField(
        label="教办初评截止", missing="请写初评截止日期", future=True, widget=DayInput
    )
    city_due = DayField(
        label="市局复评截止", missing="请写复评截止日期", future=True, widget=DayInput
    )

    def __init__(self, *args: Any, rubrics: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        field = self.fields["rubric"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = rubrics

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["asking"] = data.get("asking") or Asking.ALL
        data["way"] = data.get("way") or Way.DESK
        return data


class InviteForm(forms.Form):
    """Units a campaign asks by name."""

    units = forms.ModelMultipleChoiceField(
        label="请哪些单位参加", queryset=Unit.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一家"},
    )  # fmt: skip

    def __init__(self, *args: Any, units: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        narrow(self, "units", units)


class SubmitForm(forms.Form):
    signed_name = forms.CharField(
        label="签名人", max_length=30, help_text="对这份自评负责的同志，写姓名"
    )


class ReturnForm(forms.Form):
    note = forms.CharField(
        label="退回原因", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写清楚补什么、改什么",
    )  # fmt: skip


class EvidenceForm(forms.Form):
    file = PaperField()
    proves_on = DayField(
        label="能证明哪一天的事", missing="请写材料里那件事是哪一天", widget=DayInput,
        help_text="不是上传的日子，是材料里那件事的日子",
    )  # fmt: skip


class NamingForm(forms.Form):
    grade = forms.ChoiceField(label="复评等次", widget=forms.RadioSelect)
    title = forms.CharField(label="称号", max_length=60, initial="“五好”关工委")
    document = forms.CharField(
        label="命名文件",
        max_length=60,
        required=False,
        help_text="发文字号，例如：云教关工委〔2026〕9号",
    )

    def __init__(self, *args: Any, grades: list[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        field = self.fields["grade"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = grades


class RecheckForm(forms.Form):
    state = forms.ChoiceField(
        label="复核结果", choices=TitleState.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="说明", required=False, max_length=200, help_text="限期整改和取消称号都要写明原因"
    )
    mend_by = DayField(label="整改到", missing="", required=False, future=True, widget=DayInput)
