"""The questions asked about a meeting or an activity, and about the records of others."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from activities.choices import ActivityState, FieldType
from activities.forms.kinds import answers_in, asking, fields_of, name_of, outline_of
from activities.models import Activity, ActivityKind, CreditRule, KindField
from committees.models import ObligationSet, Unit
from portal.kernel import calendar
from portal.kernel.forms import CountField, DayField, DayInput, NotedChoices, narrow

REQUIRED = ("kind", "held_on", "title", "attendance", "minutes")
OPTIONAL = (
    "place", "host", "chair", "speakers", "attendees", "decisions", "elders", "youth",
    "for_bulletin",
)  # fmt: skip
TEXT_ATTRS = {"autocomplete": "off", "spellcheck": "false"}


class ActivityForm(forms.Form):
    """Five questions; the rest is behind a closed lid and never needed to hand a record in."""

    kind = forms.ModelChoiceField(
        ActivityKind.objects.none(),
        label="1. 这是什么活动？",
        widget=NotedChoices,
        empty_label=None,
        error_messages={"required": "选一下这是什么活动", "invalid_choice": "从下面选一个类型"},
    )
    held_on = DayField(label="2. 哪天办的？", missing="选一下是哪天办的")
    title = forms.CharField(
        label="3. 主题",
        help_text="用手机的话，可以点键盘上的话筒，说话输入",
        max_length=120,
        widget=forms.Textarea(attrs={"rows": 1, **TEXT_ATTRS}),
        error_messages={"required": "写一下主题", "max_length": "主题最多 120 个字，短一些好读"},
    )
    attendance = CountField(
        label="4. 到场多少人？", missing="填写到场人数，数一数签到表上的名字就行"
    )
    minutes = forms.CharField(
        label="5. 说了哪些事？",
        help_text="一两句话就行，例如谁讲了什么、定了几件事",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4, "data_letters": "20"}),
        error_messages={"required": "用一两句话写写说了哪些事"},
    )
    place = forms.CharField(label="地点", max_length=80, required=False)
    host = forms.CharField(
        label="主办", max_length=80, required=False, help_text="本单位主办的不用填"
    )
    chair = forms.CharField(label="主持人", max_length=60, required=False)
    speakers = forms.CharField(
        label="主讲人", max_length=120, required=False, help_text="几个人就用顿号隔开"
    )
    attendees = forms.CharField(
        label="到场名单",
        required=False,
        max_length=20_000,
        help_text="一行写一个名字，也可以从表格里整列贴过来",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    decisions = forms.CharField(
        label="议定事项",
        required=False,
        max_length=20_000,
        help_text="定下来的事，一行写一件",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    elders = CountField(
        label="其中“五老”多少人次",
        help_text="来过一位算一人次，没有就写 0",
        missing="",
        required=False,
    )
    youth = CountField(
        label="受教育青少年多少人次",
        help_text="到场的学生、幼儿，没有就写 0",
        missing="",
        required=False,
    )
    for_bulletin = forms.BooleanField(label="推荐给简报", required=False)

    def __init__(
        self,
        *args: Any,
        unit: Unit,
        on: date,
        before: Mapping[str, Any] | None = None,
        own: Sequence[KindField] | None = None,
        **kwargs: Any,
    ) -> None:
        """`before` are the answers to the kinds' own questions the record holds already.

        `own` are those questions where a sheet has them printed, else what the chosen kind asks.
        """
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = ActivityKind.objects.filter(is_open=True)
        self.kinds = list(field.queryset)
        # Read once: the cards, their number and their notes need no further query.
        field.choices = [(kind.pk, kind.name) for kind in self.kinds]
        widget = field.widget
        assert isinstance(widget, NotedChoices)  # noqa: S101
        widget.notes = {str(kind.pk): kind.hint for kind in self.kinds}
        widget.notes |= {str(pk): note for pk, note in counts_for(unit, on=on).items()}
        widget.later = {str(kind.pk) for kind in self.kinds if not kind.is_common}
        self.before = dict(before or {})
        chosen = self._chosen_kind()
        self.outline = outline_of(self.kinds, chosen)
        self.own = fields_of(chosen) if own is None else list(own)
        for question in self.own:
            self.fields[name_of(question)] = asking(question)
            self.initial.setdefault(name_of(question), _first(question, self.before))

    def _chosen_kind(self) -> Any:
        """The kind as it was sent or stands; a bound field asked here would keep its label."""
        given = (
            self.data.get(self.add_prefix("kind")) if self.is_bound else self.initial.get("kind")
        )
        return getattr(given, "pk", given)

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """What only this kind of activity asks, for the page."""
        return [self[name_of(own)] for own in self.own]

    def draft_fields(self) -> dict[str, Any]:
        """What can be kept of a half-filled form: good answers, and answers wiped out."""
        self.is_valid()
        kept = {name: value for name, value in self.cleaned_data.items() if name in self.fields}
        for name in self.errors:
            if name in self.fields and not str(self[name].data or "").strip():
                kept[name] = "" if isinstance(self.fields[name], forms.CharField) else None
        if self.own:
            kept["extra"] = answers_in(self.own, kept, before=self.before)
        return kept

    def unsaved(self) -> list[str]:
        """Labels of answers that are written but cannot be kept as they stand."""
        return [
            str(self.fields[name].label)
            for name in self.errors
            if name in self.fields and str(self[name].data or "").strip()
        ]


def _first(own: KindField, before: Mapping[str, Any]) -> Any:
    value = before.get(own.key)
    if value and own.field_type == FieldType.DATE:
        return date.fromisoformat(str(value))
    return value


def initial_of(activity: Activity) -> dict[str, Any]:
    return {name: getattr(activity, name) for name in (*REQUIRED, *OPTIONAL)}


def counts_for(unit: Unit, *, on: date) -> dict[int, str]:
    """By kind: 计入“三个一” where a rule in force this year takes such a record of this unit."""
    city = unit.city
    current = ObligationSet.objects.current(city, on.year) if city else None
    if current is None:
        return {}
    rules = CreditRule.objects.in_force().filter(
        item__obligation_set=current, first_month__lte=on.month, last_month__gte=on.month
    )
    return {
        rule.kind_id: f"计入“{rule.item.group}”"
        for rule in rules.select_related("item")
        if rule.item and unit.kind in rule.asked_kinds
    }


class UnitChoiceForm(forms.Form):
    """Whose activity it is, for somebody who writes for several units."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="哪个单位办的？", empty_label=None,
        error_messages={"invalid_choice": "从名单里选一个单位"},
    )  # fmt: skip

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = units


# Chip → the sentence the school reads, and the question it points at.
RETURN_REASONS: dict[str, tuple[str, str, str]] = {
    "photo_missing": ("缺照片", "请补一张现场照片", "files"),
    "photo_unclear": ("照片看不清", "照片看不清，请换一张能看清会标和人的", "files"),
    "date_wrong": ("日期不对", "请核对日期", "held_on"),
    "attendance_wrong": ("人数不对", "请核对到场人数", "attendance"),
    "kind_wrong": ("类型不对", "请核对活动类型", "kind"),
    "too_short": ("内容太少", "请把内容写具体一些：谁讲了什么、定了哪些事", "minutes"),
}


class ReturnForm(forms.Form):
    """Why a record goes back: chips, a sentence of one's own, or both."""

    reasons = forms.MultipleChoiceField(
        label="要补什么？",
        choices=[(code, chip) for code, (chip, _, _) in RETURN_REASONS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    words = forms.CharField(
        label="再说清楚些",
        required=False,
        max_length=300,
        help_text="学校看得到这句话",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        sentences = [RETURN_REASONS[code][1] for code in cleaned.get("reasons", [])]
        if words := cleaned.get("words", "").strip():
            sentences.append(words)
        if not sentences:
            raise forms.ValidationError("点一个原因，或者写一句话，学校才知道补什么")
        cleaned["note"] = "；".join(sentences)
        return cleaned


def flagged(reason: str) -> list[tuple[str, str]]:
    """(sentence, question) pairs of a return reason, so that the page can lead straight there."""
    places = {sentence: place for _, sentence, place in RETURN_REASONS.values()}
    return [(part, places.get(part, "")) for part in reason.split("；") if part]


class ReasonForm(forms.Form):
    """One sentence of why, which the unit will read."""

    note = forms.CharField(
        label="原因",
        max_length=200,
        help_text="学校看得到这句话",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "写一句原因，学校看得到"},
    )


class ActivityFilter(forms.Form):
    """The list's filters; all optional, all in the address."""

    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *ActivityState.choices]
    )
    kind = forms.ModelChoiceField(
        ActivityKind.objects.all(), label="类型", required=False, empty_label="全部"
    )
    q = forms.CharField(label="主题、编号或单位", required=False, max_length=60)
    office = forms.ModelChoiceField(
        Unit.objects.none(), label="教办", required=False, empty_label="全部"
    )
    standing = forms.ChoiceField(
        label="教办怎么算", required=False, choices=[("", "按当时隶属"), ("now", "按现隶属")]
    )
    since = DayField(label="从哪天起", missing="", required=False, future=True, widget=DayInput)
    until = DayField(label="到哪天止", missing="", required=False, future=True, widget=DayInput)
    year = forms.IntegerField(
        required=False,
        min_value=calendar.FIRST_YEAR,
        max_value=calendar.LAST_YEAR,
        widget=forms.HiddenInput,
    )
    # One unit and all below it, as other pages ask for; nobody types it.
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label="单位", required=False, widget=forms.HiddenInput
    )

    def __init__(
        self, *args: Any, offices: Sequence[Unit], units: QuerySet[Unit], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "unit", units)
        field = self.fields["office"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        if len(offices) > 1:
            field.queryset = Unit.objects.filter(pk__in=[office.pk for office in offices])
        else:
            del self.fields["office"], self.fields["standing"]

    def words(self) -> list[tuple[str, str]]:
        """(field, words) of every filter that is set."""
        self.is_valid()
        said = []
        for name, value in self.cleaned_data.items():
            if value in (None, "") or name == "year":
                continue
            shown = ActivityState(value).label if name == "state" else value
            shown = "按现隶属" if name == "standing" else shown
            said.append((name, f"{self.fields[name].label}：{shown}"))
        return said
