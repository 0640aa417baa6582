"""manage.py import_work_points FILE: read a plan document, draft it, print its tree."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from activities.imports.work_points import MAX_FILE, content_type_of, read_work_points, tree
from activities.models import PlanNode, PlanTask, WorkPlan
from activities.services import plans
from activities.services.plans import NodeDraft, PlanReading
from committees.choices import UnitKind
from committees.models import Unit
from portal.kernel import files
from portal.kernel.errors import BadFile, Refused


class Command(BaseCommand):
    help = "读入一份工作要点（.docx 或 .txt），存成草稿，等人核对后发布"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="工作要点文件，.docx 或 .txt")
        parser.add_argument("--json", action="store_true", help="只打印条目的 JSON")
        parser.add_argument("--year", type=int, help="年度，文件里写明的可以不给")
        parser.add_argument("--city", default="", help="教育局的单位代码或名称，只有一个时可以不给")
        parser.add_argument("--dry-run", action="store_true", help="只读不存")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            data = _read(path)
            reading = read_work_points(data, path.name)
            said = "只读没有存" if options["dry_run"] else self._store(reading, data, path, options)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self._print(reading, as_json=options["json"])
        for doubt in _doubts(reading):
            self.stderr.write(doubt)
        self.stderr.write(said)

    def _store(self, reading: PlanReading, data: bytes, path: Path, options: dict[str, Any]) -> str:
        """Write the draft and return what was done, or why nothing was."""
        city = _city(options["city"])
        if city is None and options["json"]:
            # The reader asked for the tree; where it would be kept is a second question.
            return f"没有存进门户：{_which_city()}"
        if city is None:
            raise Refused(_which_city())
        year = options["year"] or reading.year
        if year is None:
            raise Refused("文件里没有读出年度，请加上 --year，例如 --year 2023")
        plan = plans.draft_plan(
            city,
            reading=reading,
            year=year,
            source=files.store(data, content_type_of(path.name)),
            source_name=path.name,
            by=None,
        )
        return f"已存成{city}{year}年工作要点的草稿：{_counts(plan)}。请到“工作要点”里核对后发布"

    def _print(self, reading: PlanReading, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(tree(reading), ensure_ascii=False, indent=2))
            return
        self.stdout.write(reading.title)
        for depth, node in _walk(reading.nodes):
            self.stdout.write(f"{'  ' * depth}{node.number} {node.title}".rstrip())
            for task in node.tasks:
                self.stdout.write(f"{'  ' * depth}    · {task.text}")


def _read(path: Path) -> bytes:
    try:
        # One byte more than is allowed is enough to know that it is too long.
        with path.open("rb") as file:
            return file.read(MAX_FILE + 1)
    except OSError as error:
        raise BadFile(f"打不开“{path}”，请核对文件在不在、能不能读") from error


def _city(wanted: str) -> Unit | None:
    """The bureau asked for, or the only one; None when there is no telling."""
    bureaus = Unit.objects.filter(kind=UnitKind.BUREAU)
    if wanted:
        found = bureaus.filter(code=wanted).first() or bureaus.filter(name=wanted).first()
        if found is None:
            raise Refused(f"没有代码或名称是“{wanted}”的教育局。{_which_city()}")
        return found
    two = list(bureaus[:2])
    return two[0] if len(two) == 1 else None


def _which_city() -> str:
    names = [
        f"{unit.name}（{unit.code}）" for unit in Unit.objects.filter(kind=UnitKind.BUREAU)[:20]
    ]
    if not names:
        return "还没有教育局，请先用 import_roster 导入单位名册，或加 --dry-run 只读不存"
    return f"请用 --city 指明是哪一个教育局：{'、'.join(names)}"


def _walk(nodes: tuple[NodeDraft, ...], depth: int = 0) -> list[tuple[int, NodeDraft]]:
    return [found for node in nodes for found in ((depth, node), *_walk(node.children, depth + 1))]


def _doubts(reading: PlanReading) -> list[str]:
    found = list(reading.doubts)
    for _, node in _walk(reading.nodes):
        where = f"{node.number} {node.title[:16]}".strip()
        found += [f"请核对 {where}：{doubt}" for doubt in (node.doubt,) if doubt]
        found += [f"请核对 {where}的任务：{task.doubt}" for task in node.tasks if task.doubt]
    return found


def _counts(plan: WorkPlan) -> str:
    items = PlanNode.objects.filter(plan=plan).count()
    return f"{items} 条，{PlanTask.objects.filter(node__plan=plan).count()} 项任务"
