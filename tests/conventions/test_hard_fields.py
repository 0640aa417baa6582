"""Under a field where one would wonder what to write stands a sentence that says it."""

import importlib
import pkgutil
from collections.abc import Iterator

from django import forms

PACKAGES = (
    "portal.web.forms", "committees.forms", "activities.forms", "reading_program.forms",
    "evaluations.forms",
)  # fmt: skip
# A file of some kind, a number of something, or a sign that must be written in one way.
HARD = (forms.FileField, forms.IntegerField, forms.DecimalField, forms.RegexField)
# The question itself says what to count, or is only there to find something again.
PLAIN = {"attendance", "total"}


def hard_fields() -> Iterator[tuple[str, forms.Field]]:
    for package in PACKAGES:
        root = importlib.import_module(package)
        for module in pkgutil.walk_packages(root.__path__, f"{package}."):
            for name, form in vars(importlib.import_module(module.name)).items():
                if not isinstance(form, type) or not issubclass(form, forms.BaseForm):
                    continue
                if form.__module__ != module.name:
                    continue
                for key, field in getattr(form, "base_fields", {}).items():
                    if isinstance(field, HARD) and not field.widget.is_hidden:
                        yield f"{module.name}.{name}.{key}", field


def test_no_hard_field_is_left_without_a_sentence() -> None:
    fields = dict(hard_fields())
    assert len(fields) > 30

    bare = [
        name
        for name, field in fields.items()
        if not field.help_text and name.rpartition(".")[2] not in PLAIN
    ]
    assert bare == []
