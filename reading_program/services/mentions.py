"""Where a child's name stands in other people's words: reasons, objections, comments, messages.

Somebody else may have the same name, so a person looks at each place and chooses; chosen, the name
is crossed out there, in the row's history and in the trail.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import Value
from django.db.models.functions import Replace

from committees.models import Unit
from portal.kernel import audit
from portal.kernel.anonymous import COVER, covered
from portal.kernel.models import Notice
from reading_program.models import (
    Certificate,
    Entry,
    Honour,
    ImplementationPlan,
    Likeness,
    Objection,
    Recommendation,
    Result,
    ScoreSheet,
)

AROUND = 24  # characters shown on each side of the name
MOST = 100  # places shown of one table; more are met when these are done


@dataclass(frozen=True, slots=True)
class Source:
    """A column of free words, the way from it to its city, and what it is called."""

    table: type[models.Model]
    field: str
    city: str
    word: str

    @property
    def key(self) -> str:
        return f"{self.table._meta.model_name}.{self.field}"

    def naming(self, name: str, city: Unit) -> models.QuerySet[Any]:
        rows = self.table._default_manager.filter(**{f"{self.field}__contains": name})
        return rows.filter(**{self.city: city.pk}).distinct().order_by("pk")


OF_EDITION = "edition__city"
SOURCES = (
    Source(Entry, "return_reason", OF_EDITION, "作品的退回原因"),
    Source(ImplementationPlan, "return_reason", OF_EDITION, "方案的退回原因"),
    Source(Result, "reason", "list__edition__city", "调整等次的原因"),
    Source(Result, "revoke_reason", "list__edition__city", "撤销奖项的原因"),
    Source(Honour, "basis", OF_EDITION, "指导奖、组织奖的依据"),
    Source(Honour, "revoke_reason", OF_EDITION, "撤销指导奖、组织奖的原因"),
    Source(Objection, "facts", "publicity__edition__city", "异议里写的事实"),
    Source(Objection, "outcome", "publicity__edition__city", "异议的处理意见"),
    Source(Recommendation, "words", "result__list__edition__city", "向上推荐的意见"),
    Source(Certificate, "void_reason", OF_EDITION, "证书作废的原因"),
    Source(Likeness, "note", "entry__edition__city", "看过相似作品以后写的话"),
    Source(ScoreSheet, "comment", "judge__edition__city", "评委的评语"),
    Source(Notice, "text", "user__grants__unit__city", "发给同志的消息"),
)


@dataclass(frozen=True, slots=True)
class Mention:
    """One place; `text` are the words around the name."""

    key: str
    word: str
    text: str


def mentions_of(name: str, *, city: Unit) -> list[Mention]:
    """Every place of the city where somebody wrote this name into words of their own."""
    return [
        Mention(f"{source.key}.{row.pk}", source.word, _around(getattr(row, source.field), name))
        for source in SOURCES
        for row in source.naming(name, city)[:MOST]
    ]


def _around(text: str, name: str) -> str:
    at = text.index(name)
    first, last = max(0, at - AROUND), at + len(name) + AROUND
    return f"{'…' if first else ''}{text[first:last]}{'…' if last < len(text) else ''}"


@transaction.atomic
def cover(keys: Collection[str], *, name: str, city: Unit, by: Any) -> int:
    """Cross the name out at these places; return at how many it still stood."""
    count = 0
    for source in SOURCES:
        chosen = {
            int(pk)
            for key, _, pk in (each.rpartition(".") for each in keys)
            if key == source.key and pk.isdecimal()
        }
        rows = source.naming(name, city).filter(pk__in=chosen)
        with audit.acting("mention.covered", by=by):
            count += sum(_cover_one(source, row, name) for row in _whole(rows))
    return count


def _whole(rows: models.QuerySet[Any]) -> Iterable[Any]:
    """By key: a row found through several grants cannot be locked with DISTINCT."""
    keys = list(rows.values_list("pk", flat=True))
    return rows.model._default_manager.filter(pk__in=keys).order_by("pk").select_for_update()


def _cover_one(source: Source, row: Any, name: str) -> int:
    text = covered(getattr(row, source.field), {name})
    source.table._default_manager.filter(pk=row.pk).update(**{source.field: text})
    audit.cover(row, name=name, cover=COVER * len(name))
    events = audit.history_of(source.table, row.pk)
    if events is not None:
        audit.unname_history(events, names={name}, label=COVER * len(name))
        if any(each.name == source.field for each in events.model._meta.fields):
            words = Replace(source.field, Value(name), Value(COVER * len(name)))
            events.update(**{source.field: words})
    return 1
