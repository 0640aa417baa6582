"""State machines as tables. A page's buttons, the rules and the audit line come from one place."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.kernel.wording import quoted


class StepRefused(Refused):
    """The thing is not where this step starts, or somebody else moved it first."""


@dataclass(frozen=True, slots=True)
class Step:
    sources: Set[str]
    target: str
    label: str
    needs_note: bool = False


@dataclass(frozen=True, slots=True)
class Workflow:
    """`field` of a model moves only along `steps`; `verb` prefixes the audit line."""

    verb: str
    field: str
    steps: Mapping[str, Step]

    def open_to(self, obj: models.Model) -> list[str]:
        state = getattr(obj, self.field)
        return [name for name, step in self.steps.items() if state in step.sources]

    @transaction.atomic
    def advance(
        self, obj: models.Model, name: str, *, by: Any, note: str = "", **stamps: Any
    ) -> None:
        """Move `obj` one step, stamp it and leave an audit line, or raise StepRefused."""
        step, before = self.steps[name], getattr(obj, self.field)
        if before not in step.sources:
            raise StepRefused(f"{quoted(obj)}现在不能{step.label}，刷新页面看看它到了哪一步")
        if step.needs_note and not note.strip():
            raise StepRefused(f"{step.label}时要写明原因，对方才知道补什么")
        changes = {self.field: step.target, **stamps}
        with audit.acting(f"{self.verb}.{name}", by=by, note=note):
            # The state is part of the WHERE clause: of two people pressing at once, one moves
            # the row and the other is refused.
            here = type(obj)._base_manager.filter(pk=obj.pk, **{self.field: before})
            if here.update(**changes) != 1:
                raise StepRefused(f"{quoted(obj)}刚刚已由别人处理，刷新页面看看结果")
        for key, value in changes.items():
            setattr(obj, key, value)
        audit.record(
            f"{self.verb}.{name}", obj, by=by, note=note, before=str(before), after=step.target
        )
