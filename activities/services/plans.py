"""The year's work points: drafted from a reading, reviewed by a person, published, then frozen."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from activities.choices import PlanState, TaskScope
from activities.models import ActivityKind, PlanNode, PlanTask, TaskWork, WorkPlan
from activities.workflow import PLAN
from committees.models import Unit
from portal.kernel import audit
from portal.kernel.errors import Refused
from portal.kernel.models import StoredFile

YEARS = range(2000, 2101)
ALIKE = 0.75  # from here on two tasks are one that was worded anew
SHIFT = 10_000  # further than any plan is long


def evidence_of(kind_name: str) -> str:
    """How a document's reading says which kind of record shows that the task was done."""
    return f"“{kind_name}”记录"


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """One duty as read: `scope` is a TaskScope, `target` a number with its unit as printed."""

    text: str
    scope: str
    due_on: date | None = None
    evidence: str = ""
    target: str = ""
    doubt: str = ""
    origin: int | None = None  # the task of the version before, when a plan is changed mid-year
    kind: int | None = None  # the kind of record that measures it, or the code of an obligation
    obligation: str = ""
    stages: tuple[str, ...] = ()
    units: tuple[int, ...] = ()  # the named ones


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


@transaction.atomic
def draft_plan(
    city: Unit,
    *,
    reading: PlanReading,
    year: int,
    source: StoredFile | None = None,
    source_name: str = "",
    by: Any,
) -> WorkPlan:
    """Put what was read into the year's draft, replacing a draft that stands there.

    Over a published plan of the year the draft is its next version: a task that reads like one of
    that version goes on with what was told for it, and with what a person had it measured by.
    """
    _check_year(year)
    Unit.objects.select_for_update().get(pk=city.pk)  # two uploads at once: one after the other
    with audit.acting("plan.drafted", by=by):
        plan = WorkPlan.objects.filter(city=city, year=year, state=PlanState.DRAFT).first()
        plan = plan or _next_version(city, year, by=by)
        plan.title, plan.issuer = reading.title[:120], reading.issuer[:80]
        plan.source, plan.source_name = source, source_name[:200]
        plan.save()
        plan.nodes.all().delete()
        kinds = list(ActivityKind.objects.all())
        _write_nodes(plan, reading.nodes, kinds)
        if plan.amends is not None:
            _take_up(plan, plan.amends)
    audit.record("plan.drafted", plan, by=by, note=source_name[:200])
    return plan


def _next_version(city: Unit, year: int, *, by: Any) -> WorkPlan:
    """An empty draft; of a year with a published plan its next version."""
    published = WorkPlan.objects.filter(city=city, year=year, state=PlanState.PUBLISHED).first()
    version = published.version + 1 if published else 1
    return WorkPlan(city=city, year=year, version=version, amends=published, created_by=by)


def _take_up(plan: WorkPlan, before: WorkPlan) -> None:
    """Let the tasks of the new reading go on where those of the version before stood."""
    old = list(PlanTask.objects.filter(node__plan=before).prefetch_related("units"))
    for task in PlanTask.objects.filter(node__plan=plan):
        found = max(old, key=lambda each: _alike(each, task), default=None)
        if found is None or _alike(found, task) < ALIKE:
            continue
        old.remove(found)
        task.origin = found
        if not task.kind_id and not task.obligation:
            task.kind_id, task.obligation = found.kind_id, found.obligation
        if found.scope == TaskScope.NAMED or found.stages:
            task.scope, task.stages = found.scope, found.stages
            task.units.set(found.units.all())
        task.save()


def _alike(one: PlanTask, other: PlanTask) -> float:
    """How alike two tasks read, 0 to 1; punctuation and spaces say nothing."""
    first, second = (re.sub(r"\W", "", task.text) for task in (one, other))
    return 1.0 if first == second else SequenceMatcher(None, first, second).ratio()


def _write_nodes(
    plan: WorkPlan, drafts: Sequence[NodeDraft], kinds: Sequence[ActivityKind]
) -> None:
    """Write the tree level by level, so that every parent has its key before its children."""
    position = 0
    rows: list[tuple[NodeDraft, int, int, int | None]] = []  # draft, position, level, parent row

    def flatten(siblings: Sequence[NodeDraft], level: int, parent: int | None) -> None:
        nonlocal position
        for draft in siblings:
            position += 1
            rows.append((draft, position, level, parent))
            flatten(draft.children, level + 1, len(rows) - 1)

    flatten(drafts, 1, None)
    made: dict[int, PlanNode] = {}
    for wanted in range(1, 1 + max((level for _, _, level, _ in rows), default=0)):
        here = [(i, row) for i, row in enumerate(rows) if row[2] == wanted]
        nodes = PlanNode.objects.bulk_create(
            PlanNode(
                plan=plan,
                parent=made[parent] if parent is not None else None,
                position=place,
                level=level,
                number=draft.number[:12],
                title=draft.title[:200],
                text=draft.text,
                doubt=draft.doubt[:200],
            )
            for _, (draft, place, level, parent) in here
        )
        made |= {i: node for (i, _), node in zip(here, nodes, strict=True)}
    for i, node in made.items():
        read = [replace(task, kind=kind_named(task.evidence, kinds)) for task in rows[i][0].tasks]
        _write_tasks(node, read)


def kind_named(evidence: str, kinds: Iterable[ActivityKind]) -> int | None:
    """The kind of record whose name the words mention; of two, the longer name."""
    named = [kind for kind in kinds if kind.name in evidence]
    return max(named, key=lambda kind: len(kind.name)).pk if named else None


def _write_tasks(node: PlanNode, drafts: Sequence[TaskDraft]) -> None:
    tasks = PlanTask.objects.bulk_create(
        PlanTask(
            node=node,
            position=position,
            text=draft.text[:300],
            scope=draft.scope,
            due_on=draft.due_on,
            evidence=draft.evidence[:120],
            target=draft.target[:20],
            doubt=draft.doubt[:200],
            origin_id=draft.origin,
            kind_id=draft.kind,
            obligation=draft.obligation,
            stages=list(draft.stages),
        )
        for position, draft in enumerate(drafts, start=1)
    )
    for task, draft in zip(tasks, drafts, strict=True):
        if draft.units:
            task.units.set(draft.units)


@transaction.atomic
def edit_plan(plan: WorkPlan, *, title: str, issuer: str, by: Any) -> None:
    """Correct what stands over the draft."""
    locked = _open_draft(plan)
    if not title.strip():
        raise Refused("写一下标题，例如：2023年工作要点")
    with audit.acting("plan.edited", by=by):
        locked.title, locked.issuer = title.strip(), issuer.strip()
        locked.save(update_fields=["title", "issuer"])
    audit.record("plan.edited", locked, by=by)


@transaction.atomic
def edit_node(
    node: PlanNode,
    *,
    number: str,
    title: str,
    text: str,
    tasks: Sequence[TaskDraft],
    by: Any,
) -> None:
    """Leave the item as the reviewer wants it; its doubts and its tasks' doubts are answered."""
    plan = _open_draft(node.plan)
    if not title.strip():
        raise Refused("写一下这一条的标题")
    node.number, node.title, node.text, node.doubt = number.strip(), title.strip(), text, ""
    node.save(update_fields=["number", "title", "text", "doubt"])
    origins = set(node.tasks.values_list("origin_id", flat=True))
    node.tasks.all().delete()
    kept = [
        replace(task, doubt="", origin=task.origin if task.origin in origins else None)
        for task in tasks
    ]
    _write_tasks(node, kept)
    audit.record("plan.item_edited", plan, by=by, note=f"{node}，{len(tasks)} 项任务")


@transaction.atomic
def settle_doubts(node: PlanNode, *, by: Any) -> None:
    """The reviewer has compared the item with the original and found it right."""
    plan = _open_draft(node.plan)
    PlanNode.objects.filter(pk=node.pk).update(doubt="")
    node.tasks.update(doubt="")
    audit.record("plan.item_checked", plan, by=by, note=str(node))


@transaction.atomic
def add_node(after: PlanNode, *, by: Any) -> PlanNode:
    """Open an empty item behind `after` and everything below it, on the same level."""
    plan = _open_draft(after.plan)
    following = plan.nodes.filter(position__gt=after.position, level__lte=after.level)
    place = following.order_by("position").values_list("position", flat=True).first()
    last = plan.nodes.aggregate(last=Max("position"))["last"]
    place = place or last + 1
    # The place is unique, so the later ones step out of the way before they step in again.
    plan.nodes.filter(position__gte=place).update(position=F("position") + SHIFT)
    plan.nodes.filter(position__gte=SHIFT).update(position=F("position") - SHIFT + 1)
    node = PlanNode.objects.create(
        plan=plan,
        parent_id=after.parent_id,
        position=place,
        level=after.level,
        title="新的一条",
        doubt="这一条是刚加的，请填写",
    )
    audit.record("plan.item_added", plan, by=by, note=f"在“{after}”后面")
    return node


@transaction.atomic
def merge_node(node: PlanNode, *, by: Any) -> PlanNode:
    """Put an item that is none back into the text before it; its tasks move along.

    Returns the item it went into. An item with others below it stays: they would lose their place.
    """
    plan = _open_draft(node.plan)
    before = plan.nodes.filter(position__lt=node.position).order_by("-position").first()
    if before is None:
        raise Refused("这是第一条，前面没有可以并入的条目")
    if node.children.exists():
        raise Refused("这一条下面还有条目，先把下面的并走，再并这一条")
    said = f"{node.number} {node.title}".strip()
    before.text = "\n".join(filter(None, (before.text, said, node.text)))
    before.save(update_fields=["text"])
    last = before.tasks.aggregate(last=Max("position"))["last"] or 0
    node.tasks.update(node=before, position=F("position") + last)
    audit.record("plan.item_merged", plan, by=by, note=f"“{node}”并入“{before}”")
    node.delete()
    return before


@transaction.atomic
def publish_plan(plan: WorkPlan, *, by: Any) -> None:
    """Put the plan in force for the whole city; from now on nothing in it changes.

    A mid-year change takes the place of the version it started from, with what was done for it.
    """
    locked = _open_draft(plan)
    others = WorkPlan.objects.filter(city=locked.city, year=locked.year, state=PlanState.PUBLISHED)
    if any(other.pk != locked.amends_id for other in others):
        raise Refused(f"{locked.year}年的工作要点已经发布过了，这份草稿不能再发布")
    if not locked.nodes.exists():
        raise Refused("草稿里还没有条目，先上传文件或加一条，再发布")
    open_doubts = doubts_of(locked)
    note = f"发布时还有 {open_doubts} 处没有核对" if open_doubts else ""
    if locked.amends is not None:
        PLAN.advance(locked.amends, "replace", by=by)
        for task in PlanTask.objects.filter(node__plan=locked, origin__isnull=False):
            TaskWork.objects.filter(task=task.origin_id).update(task=task)
    PLAN.advance(locked, "publish", by=by, note=note, published_at=timezone.now())
    plan.refresh_from_db()


@transaction.atomic
def discard_draft(plan: WorkPlan, *, by: Any) -> None:
    """Throw the draft away; the uploaded file stays in the store."""
    locked = _open_draft(plan)
    audit.record("plan.discarded", locked, by=by)
    with audit.acting("plan.discarded", by=by):
        locked.delete()


def doubts_of(plan: WorkPlan) -> int:
    """How many items and tasks still ask to be checked."""
    tasks = PlanTask.objects.filter(node__plan=plan).exclude(doubt="")
    return plan.nodes.exclude(doubt="").count() + tasks.count()


def _open_draft(plan: WorkPlan) -> WorkPlan:
    """Lock the plan, so that nothing is edited while it is being published."""
    locked = WorkPlan.objects.select_for_update(of=("self",)).select_related("city").get(pk=plan.pk)
    if locked.state != PlanState.DRAFT:
        raise Refused(f"“{locked}”已经发布，不能再改")
    return locked


def _check_year(year: int) -> None:
    if year not in YEARS:
        raise Refused(f"年度要写成四位数字，例如 2023；现在写的是 {year}")
