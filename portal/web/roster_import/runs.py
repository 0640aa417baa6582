"""An import as a person goes through it: choose, match columns, try, import, take back."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import pgtrigger
from django.db import transaction

from activities.choices import ActivityState
from activities.models import Activity, ObligationCell
from activities.models.activities import FACTS_STAND
from committees.models import ImportMapping, ImportRun, Unit
from committees.models.imports import ImportState
from portal.kernel import audit, files, jobs
from portal.kernel.errors import Refused
from portal.kernel.findings import Finding, Place, Severity
from portal.kernel.journal import Obstacle, made_by, obstacles, take_back
from portal.kernel.models import StoredFile
from portal.kernel.sheets import read_workbook
from portal.kernel.workbooks import with_error_column
from portal.web.roster_import.carrying_out import Result, Say, carry_out, silent, try_out
from portal.web.roster_import.reading import Chosen, FileReading, Remembered, read_file

UNDO_HOURS = 24
FINDINGS_KEPT = 2000
CSV = "text/csv"


# --- choosing and matching ----------------------------------------------------------------------


def begin(data: bytes, *, name: str, city: Unit | None, by: Any) -> ImportRun:
    """Keep a file that can be opened, or raise BadFile and keep nothing."""
    read_workbook(data, name)
    assert city is not None  # noqa: S101 - the view asks for the right over a city first
    with transaction.atomic():
        return ImportRun.objects.create(
            city=city, file=keep(data, name), file_name=name[:200], created_by=by
        )


def keep(data: bytes, name: str) -> StoredFile:
    return files.store(data, CSV if name.casefold().endswith(".csv") else files.XLSX)


def remembered(city: Unit | None) -> Remembered:
    """Return the columns people of this city confirmed before, by signature."""
    if city is None:
        return {}
    rows = ImportMapping.objects.filter(city=city).values_list("signature", "columns")
    return dict(rows)


def choose_columns(run: ImportRun, *, mapping: Chosen, by: Any) -> None:
    """Keep what a person said each sheet and column is; a done import keeps its own."""
    if run.state not in {ImportState.CHOSEN, ImportState.CHECKED}:
        raise Refused("这次导入已经做完了。要改动，请重新选文件再导一次")
    run.mapping = {sheet: dict(chosen) for sheet, chosen in mapping.items()}
    run.state, run.counts, run.findings = ImportState.CHOSEN, {}, []
    run.save(update_fields=["mapping", "state", "counts", "findings"])


def _reading(run: ImportRun) -> FileReading:
    return read_file(
        files.read(run.file),
        run.file_name,
        mapping=run.mapping or None,
        remembered=remembered(run.city),
    )


# --- trying and importing -----------------------------------------------------------------------


def check(run: ImportRun, *, at: datetime, by: Any, say: Say = silent) -> jobs.Outcome:
    """Do the work and take it back; keep what it found."""
    reading = _reading(run)
    result = try_out(reading, run.city, at=at, by=by, say=say)
    with transaction.atomic():
        locked = ImportRun.objects.select_for_update().get(pk=run.pk)
        if locked.state in {ImportState.DONE, ImportState.UNDONE}:
            return jobs.Outcome(message="这次导入已经做完了")
        _keep_result(locked, result, ImportState.CHECKED)
    say(reading.total, reading.total, "正在写检查结果")
    return _outcome(run, reading, result, "检查好了")


@transaction.atomic
def import_now(run: ImportRun, *, at: datetime, by: Any, say: Say = silent) -> jobs.Outcome:
    """Store the file's rows in one transaction; a second call finds it done and does nothing."""
    run = (
        ImportRun.objects.select_for_update(of=("self",))
        .select_related("city", "file")
        .get(pk=run.pk)
    )
    if run.state in {ImportState.DONE, ImportState.UNDONE}:
        return jobs.Outcome(message="这次导入已经做完了")
    reading = _reading(run)
    result = carry_out(reading, run.city, at=at, by=by, say=say)
    run.ended_at, run.changes = at, result.entries
    _keep_result(run, result, ImportState.DONE)
    _remember(run.city, reading, at=at)
    audit.record("import.done", run.city, by=by, note=run.file_name)
    say(reading.total, reading.total, "正在写检查结果")
    return _outcome(run, reading, result, "导入好了")


def import_file(data: bytes, *, name: str, city: Unit, at: datetime, by: Any) -> Result:
    """Import a file in one call, as the command does; it can be taken back like any other."""
    reading = read_file(data, name, remembered=remembered(city))
    with transaction.atomic():
        run = ImportRun.objects.create(
            city=city, file=keep(data, name), file_name=name[:200], created_by=by
        )
        result = carry_out(reading, city, at=at, by=by)
        run.ended_at, run.changes = at, result.entries
        _keep_result(run, result, ImportState.DONE)
        _remember(city, reading, at=at)
        audit.record("import.done", city, by=by, note=name)
    return result


def _keep_result(run: ImportRun, result: Result, state: ImportState) -> None:
    run.state = state
    run.counts = {
        "accepted": result.counts,
        "verdicts": result.verdicts,
        "names": result.names,
    }
    run.findings = [asdict_finding(finding) for finding in result.findings[:FINDINGS_KEPT]]
    run.save(update_fields=["state", "counts", "findings", "changes", "ended_at"])


def asdict_finding(finding: Finding) -> dict[str, Any]:
    told = asdict(finding)
    return told | {"place": list(finding.place), "severity": finding.severity.value}


def findings_of(run: ImportRun) -> list[Finding]:
    return [
        Finding(told["code"], told["sentence"], Place(*told["place"]), Severity(told["severity"]))
        for told in run.findings
    ]


def _remember(city: Unit, reading: FileReading, *, at: datetime) -> None:
    """Offer these columns next time a sheet has the same headings."""
    for layout in reading.layouts:
        ImportMapping.objects.update_or_create(
            city=city,
            signature=layout.signature,
            defaults={
                "sheet_kind": layout.kind.name,
                "columns": layout.by_heading(),
                "updated_at": at,
            },
        )


def _outcome(run: ImportRun, reading: FileReading, result: Result, message: str) -> jobs.Outcome:
    """Give the same file back with what was found, where anything was."""
    if not result.findings:
        return jobs.Outcome(result=result.counts, message=message)
    marked = with_error_column(
        files.read(run.file),
        result.findings,
        name=run.file_name,
        header_rows=reading.header_rows,
    )
    stem = run.file_name.rpartition(".")[0] or run.file_name
    return jobs.Outcome(
        result=result.counts,
        file=files.store(marked, files.XLSX),
        file_name=f"{stem[:90]}-检查结果.xlsx",
        message=message,
    )


# --- taking back --------------------------------------------------------------------------------

# These go with what they point at; a cell that counts nothing any more goes before its unit.
GOES_ALONG = ("activities.Credit", "activities.ObligationCell")
WORDS = {
    "activities.Activity": "活动记录",
    "activities.ActivityFile": "活动的照片或材料",
    "committees.RoleGrant": "登录账号的角色",
    "committees.Post": "任职",
    "committees.Person": "人员",
    "committees.Unit": "下属单位",
    "committees.UnitYear": "学年数据",
    "committees.UnitMembership": "隶属调整",
    "committees.UnitPeriod": "开办或撤销的登记",
    "committees.CommitteeService": "关工委覆盖关系",
    "committees.Committee": "关工委",
    "committees.CommitteeTerm": "届次",
    "activities.PlanTask": "工作要点任务",
    "activities.Mentor": "导师登记",
    "activities.Lecture": "宣讲",
    "activities.LectureCourse": "宣讲课程",
    "activities.LectureInvitation": "宣讲邀请",
    "activities.Appointment": "聘任",
    "activities.CoHost": "共办单位",
    "activities.Partner": "合作伙伴",
    "activities.PartnerAgreement": "协议",
    "activities.PartnerActivity": "和合作伙伴一起办的活动",
    "activities.Studio": "工作室",
    "activities.StudioMember": "工作室成员",
    "activities.StudioActivity": "工作室的活动",
    "evaluations.BulletinArticle": "简报文章",
    "evaluations.BulletinSeries": "简报",
}


def undo_refusal(run: ImportRun, *, at: datetime) -> str:
    """Say why this import can no longer be taken back; nothing when it still can."""
    if run.state != ImportState.DONE or run.ended_at is None:
        return "这次导入没有做完，或已经撤销了。"
    if at - run.ended_at > timedelta(hours=UNDO_HOURS):
        return f"导入已经超过{UNDO_HOURS}小时，不能整批撤销了；请逐条修改。"
    later = (
        ImportRun.objects.filter(city=run.city, state=ImportState.DONE, ended_at__gt=run.ended_at)
        .order_by("-ended_at")
        .first()
    )
    if later is not None:
        return f"在它以后又导入过“{later.file_name}”，请先撤销那一次。"
    return ""


@transaction.atomic
def undo(run: ImportRun, *, at: datetime, by: Any) -> None:
    """Restore what was before the import, or raise Refused naming what stands in the way."""
    Unit.objects.select_for_update().get(pk=run.city_id)
    run = ImportRun.objects.select_for_update(of=("self",)).select_related("city").get(pk=run.pk)
    if why := undo_refusal(run, at=at):
        raise Refused(why)
    in_the_way = [*obstacles(run.changes, harmless=GOES_ALONG), *_edited_records(run)]
    if in_the_way:
        raise Refused(_what_stands_in_the_way(in_the_way))
    made = made_by(run.changes)
    with pgtrigger.ignore(FACTS_STAND), audit.acting("import.undone", by=by):
        take_back(entry for entry in run.changes if entry.get("made") == "activities.Activity")
        made_units = Unit.objects.filter(pk__in=made.get("committees.Unit", ()))
        ObligationCell.objects.filter(unit__in=made_units, counted=0, pending=0).delete()
        # A unit points at itself as its office; the pointers go before the rows.
        made_units.update(city=None, office=None)
        take_back(entry for entry in run.changes if entry.get("made") != "activities.Activity")
    run.state = ImportState.UNDONE
    run.save(update_fields=["state"])
    audit.record("import.undone", run.city, by=by, note=run.file_name)


def _edited_records(run: ImportRun) -> list[Obstacle]:
    """Imported records that somebody worked on since: voided, sent back, corrected."""
    made = made_by(run.changes).get("activities.Activity", set())
    touched = Activity.objects.filter(pk__in=made).exclude(state=ActivityState.ACCEPTED, version=1)
    first = touched.order_by("pk").first()
    return [Obstacle(row=None, held=first, count=touched.count())] if first else []


def _what_stands_in_the_way(found: Iterable[Obstacle]) -> str:
    """Name the first few obstacles, as a person would look for them."""
    sentences = []
    for obstacle in found:
        if obstacle.row is None:
            more = f"等{obstacle.count}条" if obstacle.count > 1 else ""
            sentences.append(f"“{obstacle.held}”{more}导入以后又改过")
        else:
            word = WORDS.get(obstacle.row._meta.label, "别的记录")
            sentences.append(f"“{obstacle.held}”已有{obstacle.count}条{word}（“{obstacle.row}”）")
    shown = "；".join(sentences[:5])
    more = f"；还有{len(sentences) - 5}处" if len(sentences) > 5 else ""
    return f"不能整批撤销，什么也没有改：{shown}{more}。请先处理这些，或逐条修改"
