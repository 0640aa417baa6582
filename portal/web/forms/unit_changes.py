"""Questions of the wizards for units; each form knows the wish its answers make."""

import re
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from committees.choices import ReopenCommittee, SchoolStage, UnitKind
from committees.forms.dates import ChangeDayField
from committees.models import RoleGrant, Unit
from committees.services import unit_changes
from portal.kernel import cells
from portal.kernel.forms import narrow
from portal.web.unit_changes.wishes import Close, Merge, Move, NewUnit, Reopen, Split, Wish

INTO, NEW = "into", "new"
NAMES = {"list": "unit-names", "autocomplete": "off"}


class ChangeForm(forms.Form):
    """Whom it is about is known; when and why are asked of every change."""

    on = ChangeDayField(
        label="从哪天起？",
        missing="写一下从哪天起",
        help_text="过去的日子也可以；还没到的，到了那天再来办",
    )
    note = forms.CharField(
        label="原因或文号",
        max_length=200,
        help_text="例如：教发〔2023〕12号",
        error_messages={"required": "写一句原因或文号，以后查得到"},
    )

    def __init__(
        self, *args: Any, unit: Unit, units: QuerySet[Unit], parents: QuerySet[Unit], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.unit, self.units = unit, units
        for name in ("to", "under"):
            if name in self.fields:
                narrow(self, name, parents)
        self.order_fields([name for name in self.fields if name not in {"on", "note"}])

    def wish(self) -> Wish:
        raise NotImplementedError

    def _when(self) -> dict[str, Any]:
        return {"on": self.cleaned_data["on"], "note": self.cleaned_data["note"]}

    def _named(self, text: str) -> Unit:
        """The open institution of this name, or a sentence that says which names come near."""
        name = cells.text(text)
        found = self.units.filter(name=name).first()
        if found is None:
            near = "、".join(unit.name for unit in self.units.filter(name__icontains=name)[:3])
            raise forms.ValidationError(
                f"没有叫“{name}”的单位" + (f"，是不是{near}" if near else "，写全称，核对一下")
            )
        return found


def _parent_field(label: str) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        Unit.objects.none(),
        label=label,
        empty_label="请选择",
        error_messages={"required": "选一下由谁主管", "invalid_choice": "从列表里选一个主管单位"},
    )


class MoveForm(ChangeForm):
    to = _parent_field("改由谁主管？")

    def wish(self) -> Wish:
        return Move(unit=self.unit, to=self.cleaned_data["to"], **self._when())


class CloseForm(ChangeForm):
    def wish(self) -> Wish:
        return Close(unit=self.unit, **self._when())


class RolesField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, grant: RoleGrant) -> str:
        return f"{grant.user}（{grant.get_role_display()}）"


class ReopenForm(ChangeForm):
    under = _parent_field("由谁主管？")
    committee = forms.ChoiceField(
        label="关工委怎么办？",
        choices=ReopenCommittee.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "选一下关工委怎么办"},
    )
    grants = RolesField(
        RoleGrant.objects.none(),
        label="撤销时停下的账号，哪些接着用？",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="人还在的勾上；没有勾的不恢复，以后可以另开",
        error_messages={"invalid_choice": "从列出来的账号里勾"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(RolesField, self.fields["grants"])
        field.queryset = unit_changes.last_roles(self.unit)
        if not field.queryset.exists():
            del self.fields["grants"]
        keeper = unit_changes.heir_keeper(self.unit)
        choice = cast(forms.ChoiceField, self.fields["committee"])
        choice.choices = [
            (value, f"由“{keeper}”覆盖" if value == ReopenCommittee.HEIR else label)
            for value, label in ReopenCommittee.choices
            if keeper is not None or value != ReopenCommittee.HEIR
        ]

    def wish(self) -> Wish:
        answers = self.cleaned_data
        return Reopen(
            unit=self.unit,
            under=answers["under"],
            committee=ReopenCommittee(answers["committee"]),
            grants=tuple(answers.get("grants", ())),
            **self._when(),
        )


class MergeForm(ChangeForm):
    how = forms.ChoiceField(
        label="怎么合并？",
        choices=[(INTO, "并入一家已有的单位"), (NEW, "几家合成一家新单位")],
        widget=forms.RadioSelect,
        error_messages={"required": "选一下怎么合并"},
    )
    others = forms.CharField(
        label="还有哪些单位一起合并？",
        required=False,
        help_text="一行写一家全称；没有别的就空着",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    into = forms.CharField(
        label="并入哪一家？", required=False, widget=forms.TextInput(attrs=NAMES)
    )
    new_name = forms.CharField(label="新单位叫什么？", required=False, max_length=80)
    accounts = forms.BooleanField(
        label="原单位的账号转为给合并后的单位办事", required=False, initial=True
    )

    def clean_others(self) -> tuple[Unit, ...]:
        names = [
            name for name in re.split(r"[\n、，,;；]", self.cleaned_data["others"]) if name.strip()
        ]
        return tuple(self._named(name) for name in names)

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        how = answers.get("how")
        others = answers.get("others", ())
        if how == INTO:
            try:
                answers["into"] = self._named(answers.get("into") or "？")
            except forms.ValidationError as error:
                self.add_error("into", error if answers.get("into") else "写一下并入哪一家")
        if how == NEW:
            _check_new_name(self, answers.get("new_name", ""))
            if not others and "others" not in self.errors:
                self.add_error("others", "几家合成一家，至少还要写一家")
        if self.unit in others or len(set(others)) != len(others):
            self.add_error("others", "同一家单位只写一次，这家本身不用写")
        return answers

    def wish(self) -> Wish:
        answers = self.cleaned_data
        common = {
            "sources": (self.unit, *answers["others"]),
            "accounts": answers["accounts"],
            **self._when(),
        }
        if answers["how"] == INTO:
            return Merge(into=answers["into"], **common)
        under = Unit.objects.get_parent(self.unit)
        return Merge(new=_new_like(self.unit, answers["new_name"]), under=under, **common)


class SplitForm(ChangeForm):
    first = forms.CharField(
        label="分出来的新单位叫什么？",
        max_length=80,
        error_messages={"required": "写一下新单位的全称"},
    )
    second = forms.CharField(label="第二家新单位", required=False, max_length=80)
    closes = forms.ChoiceField(
        label="原来这家还办吗？",
        choices=[("no", "还办，分出一部分"), ("yes", "不办了，由第一家新单位承接")],
        widget=forms.RadioSelect,
        error_messages={"required": "选一下原来这家还办不办"},
    )
    stage = forms.ChoiceField(
        label="新单位的学段", required=False, choices=[("", "和原来一样"), *SchoolStage.choices]
    )

    def clean_first(self) -> str:
        return _check_new_name(self, self.cleaned_data["first"], "first")

    def clean_second(self) -> str:
        name = self.cleaned_data["second"]
        if name and name == self.cleaned_data.get("first"):
            raise forms.ValidationError("两家新单位要用不同的名称")
        return _check_new_name(self, name, "second") if name else ""

    def wish(self) -> Wish:
        answers = self.cleaned_data
        names = [name for name in (answers["first"], answers["second"]) if name]
        return Split(
            unit=self.unit,
            new=tuple(_new_like(self.unit, name, stage=answers["stage"]) for name in names),
            closes=answers["closes"] == "yes",
            **self._when(),
        )


def _new_like(unit: Unit, name: str, *, stage: str = "") -> NewUnit:
    """A unit of the same kind; a kindergarten has no stage."""
    own = "" if unit.kind == UnitKind.KINDERGARTEN else stage or unit.stage
    return NewUnit(cells.text(name), unit.kind, own)


def _check_new_name(form: ChangeForm, name: str, place: str = "new_name") -> str:
    name = cells.text(name)
    if not name:
        form.add_error(place, "写一下新单位的全称")
    elif Unit.objects.filter(city=form.unit.city, name=name).exists():
        form.add_error(place, "本市已经有同名的单位，换一个名称")
    return name
