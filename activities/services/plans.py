"""The year's work points: drafted from a reading, reviewed by a person, published, then frozen."""

from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """One duty as read: `scope` is a TaskScope, `target` a number with its unit as printed."""

    text: str
    scope: str
    due_on: date | None = None
    evidence: str = ""
    target: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class NodeDraft:
    """One item as read, with what hangs below it."""

    number: str
    title: str
    text: str
    doubt: str = ""
    children: tuple["NodeDraft", ...] = ()
    tasks: tuple[TaskDraft, ...] = ()

    def doubted(self, doubt: str) -> "NodeDraft":
        return replace(self, doubt="；".join(filter(None, (self.doubt, doubt))))

    def with_children(self, children: tuple["NodeDraft", ...]) -> "NodeDraft":
        return replace(self, children=children)


@dataclass(frozen=True, slots=True)
class PlanReading:
    """A document as read; `year` is None when none is written in it."""

    title: str
    year: int | None
    issuer: str
    nodes: tuple[NodeDraft, ...]
    doubts: tuple[str, ...] = ()
