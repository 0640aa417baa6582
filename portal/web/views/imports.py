"""Importing the office's own roster: choose, match columns, check, import, take back."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest, require
from committees.models import ImportRun, Unit
from committees.models.imports import ImportState
from committees.permissions import city_of, may_import
from portal.kernel import files, jobs
from portal.kernel.errors import BadFile, Refused
from portal.kernel.sheets import read_workbook
from portal.web import tasks
from portal.web.forms.imports import RosterFileForm, sheet_forms
from portal.web.roster_import import runs, wording
from portal.web.roster_import.reading import layouts_of
from portal.web.roster_import.template import template
from portal.web.views.jobs import progress_of

DONE_BY_BUREAU = "导入名册由市教育局关工委的同志来办"
RUNS_SHOWN = 20
STEPS = ("选文件", "对列", "检查", "导入", "完成")


def imports(request: PortalRequest) -> HttpResponse:
    """Past imports, and the form that begins one."""
    city = _city(request)
    posted = request.method == "POST"
    form = RosterFileForm(request.POST, request.FILES) if posted else RosterFileForm()
    if posted and form.is_valid():
        run = _begin(request, form, city)
        if run is not None:
            return redirect("web:import_map", run.pk)
    page = {
        "form": form,
        "runs": [
            {"run": run, "tone": TONES[ImportState(run.state)]}
            for run in _visible(request).order_by("-pk")[:RUNS_SHOWN]
        ],
        "steps": _steps(0),
    }
    status = 422 if form.errors else 200
    return render(request, "portal/imports/list.html", page, status=status)


TONES = {
    ImportState.CHOSEN: "draft",
    ImportState.CHECKED: "waiting",
    ImportState.RUNNING: "waiting",
    ImportState.DONE: "done",
    ImportState.UNDONE: "void",
    ImportState.STOPPED: "none",
}


def _begin(request: PortalRequest, form: RosterFileForm, city: Unit) -> ImportRun | None:
    upload = form.cleaned_data["file"]
    try:
        data = files.read_upload(upload)
        return runs.begin(data, name=upload.name, city=city, by=request.user)
    except BadFile as refusal:
        form.add_error("file", str(refusal))
        return None


def import_map(request: PortalRequest, pk: int) -> HttpResponse:
    """Say which table each sheet is and which fact stands in each column."""
    run = _run(request, pk)
    if run.state in {ImportState.DONE, ImportState.UNDONE}:
        return redirect("web:import_run", pk)
    tables = layouts_of(
        read_workbook(files.read(run.file), run.file_name),
        mapping=run.mapping or None,
        remembered=runs.remembered(run.city),
    )
    sheets = sheet_forms(request.POST if request.method == "POST" else None, tables)
    valid = [sheet.is_bound and sheet.is_valid() for sheet in sheets]
    if request.method == "POST" and all(valid):
        chosen = {sheet.sheet.name: sheet.chosen() for sheet in sheets}
        if any(told["columns"] for told in chosen.values()):
            runs.choose_columns(run, mapping=chosen, by=request.user)
            tasks.start_check(run, by=request.user)
            return redirect("web:import_run", pk)
        sheets[0].add_error(None, "每一张都选了“不导入”。至少留一张要导入的表。")
    errors = [sentence for sheet in sheets for sentence in sheet.non_field_errors()]
    page = {
        "run": run,
        "sheets": sheets,
        "errors": errors,
        "changed": [sheet.sheet.name for sheet in sheets if request.POST and not sheet.is_bound],
        "steps": _steps(1),
    }
    status = 422 if errors else 200
    return render(request, "portal/imports/map.html", page, status=status)


@require_GET
def import_run(request: PortalRequest, pk: int) -> HttpResponse:
    """How far this import is: working, checked and waiting for a yes, done, taken back."""
    run = _run(request, pk)
    work = jobs.look(run.job) if run.job else None
    if work is None and run.state == ImportState.CHOSEN:
        return redirect("web:import_map", pk)
    page: dict[str, object] = {
        "run": run,
        "work": work,
        "figures": wording.figures_of(run),
        "verdicts": wording.verdicts_of(run),
        "groups": wording.groups_of(run),
        "may_undo": not runs.undo_refusal(run, at=timezone.now()),
        "step": _step_of(run),
        "steps": _steps(_step_of(run)),
        "finished": run.state in {ImportState.DONE, ImportState.UNDONE},
    }
    if work is not None:
        page |= _progress(work, pk)
    return render(request, "portal/imports/run.html", page)


@require_GET
def import_progress(request: PortalRequest, pk: int) -> HttpResponse:
    """The moving part alone; when the work has ended the whole page is shown anew."""
    run = _run(request, pk)
    if run.job is None or not request.headers.get("HX-Request"):
        return redirect("web:import_run", pk)
    work = jobs.look(run.job)
    answer = render(request, "components/progress.html", _progress(work, pk))
    if not work.is_open:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def import_start(request: PortalRequest, pk: int) -> HttpResponse:
    run = _run(request, pk)
    tasks.start_import(run, by=request.user)
    return redirect("web:import_run", pk)


@require_POST
def import_cancel(request: PortalRequest, pk: int) -> HttpResponse:
    """Stop the work that is under way; nothing of it stays."""
    run = _run(request, pk)
    if run.job is not None and run.job.is_open:
        jobs.ask_cancel(run.job)
    return redirect("web:import_run", pk)


@require_GET
def import_file(request: PortalRequest, pk: int) -> FileResponse:
    """The same file back, with what was found in each row."""
    run = _run(request, pk)
    if run.job is None or run.job.result_file is None:
        raise Http404
    return files.response(run.job.result_file, run.job.result_name, inline=False)


def import_undo(request: PortalRequest, pk: int) -> HttpResponse:
    """Take the whole import back, or say what stands in the way."""
    run = _run(request, pk)
    sentence = runs.undo_refusal(run, at=timezone.now())
    if request.method == "POST":
        try:
            runs.undo(run, at=timezone.now(), by=request.user)
        except Refused as refusal:
            sentence = str(refusal)
        else:
            messages.success(request, "已经撤销，数据恢复成导入以前的样子")
            return redirect("web:import_run", pk)
    page = {"run": run, "verdicts": wording.verdicts_of(run), "sentence": sentence}
    return render(request, "portal/imports/undo.html", page, status=409 if sentence else 200)


@require_GET
def import_template(request: PortalRequest) -> FileResponse:
    _city(request)
    return FileResponse(
        BytesIO(template()), as_attachment=True, filename="名册模板.xlsx", content_type=files.XLSX
    )


# --- parts --------------------------------------------------------------------------------------


def _city(request: PortalRequest) -> Unit:
    """The city of this user, who must have the right to import into it."""
    city = city_of(request.user)
    require(city is not None and may_import(request.user, city), DONE_BY_BUREAU)
    assert city is not None  # noqa: S101 - required above
    return city


def _visible(request: PortalRequest) -> QuerySet[ImportRun]:
    return ImportRun.objects.visible_to(request.user).select_related("city", "file", "created_by")


def _run(request: PortalRequest, pk: int) -> ImportRun:
    _city(request)
    return get_object_or_404(_visible(request).select_related("job__result_file"), pk=pk)


def _progress(work: Any, pk: int) -> dict[str, object]:
    told = progress_of(work)
    told["poll_url"] = reverse("web:import_progress", args=[pk])
    told["result_url"] = ""
    return told


def _step_of(run: ImportRun) -> int:
    if run.state in {ImportState.DONE, ImportState.UNDONE}:
        return len(STEPS) - 1
    importing = run.job is not None and run.job.kind == tasks.IMPORT and run.job.is_open
    return 3 if importing else 2


def _steps(current: int) -> list[dict[str, str]]:
    """What templates/components/stepper.html shows; after the last step everything is done."""
    done = len(STEPS) if current == len(STEPS) - 1 else current
    states = ["done"] * done + ["current"] + ["later"] * len(STEPS)
    return [{"label": label, "state": state} for label, state in zip(STEPS, states, strict=False)]
