"""组别 as a table: one line a group, and two empty ones for new groups."""

from collections.abc import Iterator, Sequence, Set
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from reading_program.models import EntryGroup

NEW_LINES = 2
GRADE = {"class": "form-control", "size": 3, "inputmode": "numeric"}
FACTS = ["name", "grades", "first_grade", "last_grade", "asks_birth_month"]


class GroupsForm(forms.Form):
    """Groups somebody entered in are shown and not asked."""

    def __init__(
        self, *args: Any, groups: Sequence[EntryGroup], entered: Set[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.keys: list[int | None] = [*(group.pk for group in groups), *[None] * NEW_LINES]
        self.fixed = {at for at, key in enumerate(self.keys) if key in entered}
        for at in range(len(self.keys)):
            group = groups[at] if at < len(groups) else None
            for name, field in _questions(at, group).items():
                field.initial = getattr(group, name, None)
                field.disabled = at in self.fixed
                self.fields[f"{name}_{at}"] = field

    def lines(self) -> Iterator[dict[str, Any]]:
        for at in range(len(self.keys)):
            line = {name: self[f"{name}_{at}"] for name in FACTS}
            yield {**line, "number": at + 1, "is_fixed": at in self.fixed}

    def clean(self) -> dict[str, Any]:
        names: set[str] = set()
        for at in range(len(self.keys)):
            name = self._facts(at)["name"]
            self._clean_grades(at)
            if name and name in names:
                self.add_error(f"name_{at}", ValidationError("上面已经有同名的组别，换一个名称"))
            names.add(name)
        if not names - {""}:
            raise ValidationError("至少留一个组别")
        return self.cleaned_data

    def _clean_grades(self, at: int) -> None:
        facts = self._facts(at)
        first, last = facts["first_grade"], facts["last_grade"]
        if not facts["name"]:
            if self.keys[at] is None and (first or last or facts["grades"]):
                self.add_error(f"name_{at}", ValidationError("写上这个组别的名称"))
        elif (first is None) != (last is None):
            missing = "first_grade" if first is None else "last_grade"
            self.add_error(f"{missing}_{at}", ValidationError("两个年级要么都写，要么都空着"))
        elif first is not None and last is not None and last < first:
            self.add_error(f"last_grade_{at}", ValidationError("不能比从几年级还小"))

    def _facts(self, at: int) -> dict[str, Any]:
        data = self.cleaned_data
        facts = {name: data.get(f"{name}_{at}") for name in FACTS}
        return {
            **facts,
            "name": str(facts["name"] or "").strip(),
            "grades": str(facts["grades"] or "").strip(),
            "asks_birth_month": bool(facts["asks_birth_month"]),
        }

    def rows(self) -> list[tuple[int | None, dict[str, Any]]]:
        """What reading_program.services.groups.set_groups takes."""
        return [(key, self._facts(at)) for at, key in enumerate(self.keys)]


def _questions(at: int, group: EntryGroup | None) -> dict[str, forms.Field]:
    which = group.name if group else f"第 {at + 1} 行"
    return {
        "name": _words(f"组别，{which}", 20, 12),
        "grades": _words(f"哪些年级，{which}", 40, 14),
        "first_grade": _grade(f"从几年级，{which}"),
        "last_grade": _grade(f"到几年级，{which}"),
        "asks_birth_month": forms.BooleanField(label=f"要写出生年月，{which}", required=False),
    }


def _words(label: str, longest: int, size: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        required=False,
        widget=forms.TextInput({"class": "form-control", "size": size, "aria-label": label}),
        error_messages={"max_length": f"最多 {longest} 个字"},
    )


def _grade(label: str) -> forms.IntegerField:
    words = "写 1 到 12，高一是 10"
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=12,
        required=False,
        widget=forms.TextInput({**GRADE, "aria-label": label}),
        error_messages={"invalid": words, "min_value": words, "max_value": words},
    )
