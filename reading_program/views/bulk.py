"""批量登记: the table and the documents come in, the trial is looked at, then it is entered."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from committees.http import PortalRequest, require
from committees.models import Unit
from portal.kernel import archives, audit, files, sheets
from portal.kernel.errors import BadFile
from reading_program import exports, imports
from reading_program.forms.bulk import BulkForm
from reading_program.models import EntryBatch, Track
from reading_program.permissions import may_enter
from reading_program.services import batches as services
from reading_program.views.entries import BY_SCHOOL, track_of, track_url, unit_of


def bulk(request: PortalRequest, pk: int, code: str) -> HttpResponse:
    track, unit = track_of(request, pk, code), unit_of(request)
    require(may_enter(request.user, track.edition, unit), BY_SCHOOL)
    form = BulkForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            batch = _try(track, unit, form, by=request.user)
        except BadFile as error:
            form.add_error(None, str(error))
        else:
            return redirect("reading_program:batch", batch.pk)
    page = {"form": form, "track": track, "unit": unit, "edition": track.edition}
    status = 422 if form.errors else 200
    return render(request, "reading_program/bulk.html", page, status=status)


def _try(track: Track, unit: Unit, form: BulkForm, *, by: Any) -> EntryBatch:
    """Read everything, match documents with rows, and keep what was found; enters nothing."""
    data = form.cleaned_data
    if data["pasted"]:
        sheet = imports.pasted(data["pasted"])
    else:
        content = files.read_upload(data["table"])
        sheet = sheets.read_workbook(content, data["table"].name)[0]
    reading = imports.read_entries(sheet, track)
    documents, told = _documents(track, data["archive"])
    kept, refused = services.keep_documents(documents, by=by)
    before = services.taken_before(track, unit=unit, rows=reading.rows)
    twice = set(imports.repeated(reading.rows)) if track.limit.one_per_person else set()
    good = [each for each in reading.rows if each.row not in before | twice]
    chosen, left = imports.match(good, kept)
    rows = [
        {
            "row": each.row,
            "facts": each.facts,
            "advisers": each.advisers,
            "file": _file_of(kept, chosen.get(each.row)),
        }
        for each in good
    ]
    findings = {
        "refused": [
            *imports.refusals(reading.findings),
            *((row, "这个项目每人（每班）只收一件，已经登记过一件了") for row in sorted(before)),
            *((row, "和前面的一行是同一个人，只留一行") for row in sorted(twice - before)),
        ],
        "remarks": [
            *imports.remarks(reading.findings),
            *((row["row"], "没有对上文档，登记以后再补") for row in rows if not row["file"]),
        ],
        "files": [*told, *refused, *left],
    }
    return services.keep_trial(
        track,
        unit=unit,
        rows=rows,
        findings=findings,
        documents=list(kept.values()),
        table_name=data["table"].name if data["table"] and not data["pasted"] else "粘贴的表格",
        archive_name=data["archive"].name if data["archive"] else "",
        by=by,
    )


def _documents(track: Track, upload: Any) -> tuple[list[tuple[str, bytes]], list[tuple[str, str]]]:
    if not upload:
        return [], []
    taken = {each for each in (*track.limit.formats, "pdf") if each != "mp4"}
    content = files.read_upload(upload, limit=archives.MAX_FOLDER)
    found, others = archives.documents_in(content, suffixes=taken)
    kinds = "、".join(sorted(f".{each}" for each in taken))
    return found, [(name, f"这个项目收 {kinds}，另存一份再放进来") for name in others]


def _file_of(kept: Any, name: str | None) -> dict[str, str] | None:
    return None if name is None else {"sha256": kept[name].sha256, "name": name}


@require_GET
def bulk_template(request: PortalRequest, pk: int, code: str) -> HttpResponse:
    track, unit = track_of(request, pk, code), unit_of(request)
    require(may_enter(request.user, track.edition, unit), BY_SCHOOL)
    return files.made(exports.bulk_template(imports.ENTRIES), f"{track.name}批量登记样表.xlsx")


@require_GET
def batch(request: PortalRequest, pk: int) -> HttpResponse:
    it = _visible(request, pk)
    audit.record("entry.seen", it, by=request.user, note="批量登记")
    page = {
        "batch": it,
        "edition": it.edition,
        "track_url": track_url(it.track, it.unit),
        "bulk_url": f"{reverse('reading_program:bulk', args=[it.edition_id, it.track.code])}"
        f"?unit={it.unit_id}",
        "matched": sum(1 for row in it.rows if row["file"]),
    }
    return render(request, "reading_program/batch.html", page)


@require_POST
def batch_enter(request: PortalRequest, pk: int) -> HttpResponse:
    it = _visible(request, pk)
    count = services.carry_out(it, by=request.user)
    messages.success(request, f"登记了 {count} 件，排好名次就可以报送")
    return redirect(track_url(it.track, it.unit))


@require_POST
def batch_undo(request: PortalRequest, pk: int) -> HttpResponse:
    it = _visible(request, pk)
    services.undo(it, by=request.user)
    messages.success(request, "整批撤销了，和登记以前一样")
    return redirect(track_url(it.track, it.unit))


def _visible(request: PortalRequest, pk: int) -> EntryBatch:
    found = EntryBatch.objects.visible_to(request.user).select_related(
        "edition__city", "track__edition", "unit", "made_by"
    )
    return get_object_or_404(found, pk=pk)
