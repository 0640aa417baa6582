"""“五好”创建 as one unit sees it: its points, the three columns, what is missing, the steps."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from committees.http import PortalRequest, form_page, require
from evaluations import gaps
from evaluations.choices import AppraisalState, Column
from evaluations.figures import facts
from evaluations.figures import visits as visit_figures
from evaluations.forms.five_good import EvidenceForm, ExtraForm, PartForm, ReturnForm, SubmitForm
from evaluations.models import Appraisal, AppraisalEvidence, Visit
from evaluations.permissions import may_agree, may_fill, may_write, writing_column
from evaluations.scoring import NOT_APPLICABLE, plain, score
from evaluations.services import appraisals, on_the_spot
from evaluations.views.shared import posted
from portal.kernel import calendar, files
from portal.kernel.errors import Refused

EXTRA = "extra"  # the part of bonus points and vetoes
BY_TURN = "这一栏现在不由您填：自评由本单位填，初评由教办填，复评由市局填"
TONES = {
    AppraisalState.OPEN: "draft",
    AppraisalState.SUBMITTED: "waiting",
    AppraisalState.OFFICE_DONE: "waiting",
    AppraisalState.DECIDED: "done",
    AppraisalState.NAMED: "done",
    AppraisalState.RETURNED: "returned",
}
WAY = [
    ("自评", {AppraisalState.OPEN, AppraisalState.RETURNED}),
    ("教办初评", {AppraisalState.SUBMITTED}),
    ("市局复评", {AppraisalState.OFFICE_DONE}),
    ("命名", {AppraisalState.DECIDED}),
]


def appraisal_for(request: PortalRequest, pk: int) -> Appraisal:
    seen = Appraisal.objects.visible_to(request.user).select_related(
        "campaign__rubric", "unit__office", "agreed_by"
    )
    return get_object_or_404(seen, pk=pk)


@require_GET
def appraisal(request: PortalRequest, pk: int) -> HttpResponse:
    """The whole table with its three columns."""
    it = appraisal_for(request, pk)
    column = writing_column(request.user, it)
    entries = appraisals.entries_of(it)
    page = {
        "it": it,
        "tone": TONES[AppraisalState(it.state)],
        "steps": _way(it),
        "column": column,
        "column_label": Column(column).label if column else "",
        "parts": _parts(it, entries),
        "extras": _extras(it, entries),
        "may_agree": may_agree(request.user, it),
        "may_submit": may_fill(request.user, it) and it.agreed_at is not None,
        "may_complete": column in {Column.OFFICE, Column.CITY},
        "mendings": it.mendings.count(),
        "visit": Visit.objects.filter(appraisal=it).values_list("pk", flat=True).first(),
        "missing": appraisals.unanswered(it, Column.SELF) if column == Column.SELF else [],
        "seen": _seen_waiting(it, entries) if column == Column.CITY else 0,
        "first_part": it.campaign.rubric.content["dimensions"][0]["code"],
    }
    return render(request, "evaluations/five_good/appraisal.html", page)


def _seen_waiting(it: Appraisal, entries: appraisals.Entries) -> int:
    return on_the_spot.waiting_for_city(entries, seen=visit_figures.seen_there(it))


def _way(it: Appraisal) -> list[dict[str, str]]:
    place = next((i for i, (_, states) in enumerate(WAY) if it.state in states), len(WAY))
    state = ["done" if i < place else "current" if i == place else "later" for i in range(len(WAY))]
    return [{"label": label, "state": s} for (label, _), s in zip(WAY, state, strict=True)]


def _parts(it: Appraisal, entries: appraisals.Entries) -> list[dict[str, Any]]:
    parts = []
    for dimension in it.campaign.rubric.content["dimensions"]:
        lines = [
            _line(criterion, entries)
            for item in dimension["items"]
            for criterion in item["criteria"]
        ]
        parts.append({"code": dimension["code"], "name": dimension["name"], "max": dimension["max"],
                      "lines": lines})  # fmt: skip
    return parts


def _line(criterion: Mapping[str, Any], entries: appraisals.Entries) -> dict[str, Any]:
    code = criterion["code"]
    points = []
    for column in Column:
        entry = entries.get((column, code))
        text = "" if entry is None else plain(entry.score) if entry.applies else "不适用"
        points.append({"label": column.label, "text": text})
    last = next(
        (entries[column, code] for column in reversed(Column) if (column, code) in entries), None
    )
    return {
        "code": code,
        "text": criterion["text"],
        "max": criterion["max"],
        "points": points,
        "reason": last.reason if last else "",
    }


def _extras(it: Appraisal, entries: appraisals.Entries) -> list[dict[str, Any]]:
    content = it.campaign.rubric.content
    found = []
    for item in content.get("bonus", ()):
        own = [entries.get((column, item["code"])) for column in Column]
        texts = [plain(entry.score) if entry else "" for entry in own]
        found.append({"name": item["name"], "points": texts})
    for item in content.get("vetoes", ()):
        own = [entries.get((column, item["code"])) for column in Column]
        texts = ["" if e is None else "有" if e.values.get("stands") else "没有" for e in own]
        found.append({"name": f"一票否决：{item['name']}", "points": texts})
    return found


def part(request: PortalRequest, pk: int, column: str, code: str) -> HttpResponse:
    """One dimension of one column, opened with what the records already say."""
    it = appraisal_for(request, pk)
    if column not in Column.values:
        raise Http404
    require(may_write(request.user, it, column), BY_TURN)
    codes = [dimension["code"] for dimension in it.campaign.rubric.content["dimensions"]]
    if code not in {*codes, EXTRA}:
        raise Http404
    form = _part_form(request, it, column, code)
    if form.is_valid():
        try:
            version = int(request.POST.get("version") or 0)
            appraisals.save_entries(
                it, column=column, drafts=form.drafts(), version=version, by=request.user
            )
        except (Refused, ValueError) as refusal:
            form.add_error(None, str(refusal))
            it.refresh_from_db()
        else:
            return _after(request, it, column, code, [*codes, EXTRA])
    dimensions = {one["code"]: one for one in it.campaign.rubric.content["dimensions"]}
    name = dimensions[code]["name"] if code in dimensions else "加分和一票否决"
    page = {
        "it": it,
        "form": form,
        "column_label": Column(column).label,
        "name": name,
        "place": [*codes, EXTRA].index(code) + 1,
        "of": len(codes) + 1,
        "groups": list(form.groups()) if isinstance(form, PartForm) else [],
        "is_last": code == EXTRA,
    }
    status = 422 if form.errors else 200
    return render(request, "evaluations/five_good/part.html", page, status=status)


def _part_form(
    request: PortalRequest, it: Appraisal, column: str, code: str
) -> PartForm | ExtraForm:
    known = facts.facts_of([it.unit], year=it.campaign.year, on=calendar.today())[it.unit_id]
    entries = appraisals.entries_of(it)
    start = appraisals.starting_values(it, column, known=known, entries=entries)
    seen = visit_figures.seen_there(it) if column == Column.CITY else {}
    if seen:
        start = on_the_spot.offered(it, start, seen=seen, entries=entries)
    content = it.campaign.rubric.content
    if code == EXTRA:
        return ExtraForm(posted(request), content=content, start=start)
    criteria = [c for dimension, _, c in it.campaign.rubric.criteria() if dimension["code"] == code]
    told = {
        key: facts.suggested(known, key)
        for criterion in criteria
        for key in appraisals.keys_of(criterion)
    }
    return PartForm(
        posted(request), criteria=criteria, column=column, start=start, known=told,
        seen={code: one.words for code, one in seen.items()},
    )  # fmt: skip


def _after(
    request: PortalRequest, it: Appraisal, column: str, code: str, parts: list[str]
) -> HttpResponse:
    place = parts.index(code) + 1
    if "next" in request.POST and place < len(parts):
        return redirect("evaluations:five_good_part", it.pk, column, parts[place])
    messages.success(request, "已经存好")
    return redirect("evaluations:appraisal", it.pk)


@require_GET
def line(request: PortalRequest, pk: int, code: str) -> HttpResponse:
    """One criterion: its rule, every column's points with the reasons, the records behind it."""
    it = appraisal_for(request, pk)
    criterion = _criterion(it, code)
    entries = appraisals.entries_of(it)
    page = {
        "it": it,
        "criterion": criterion,
        "columns": [_told(it, criterion, column, entries) for column in Column],
        "records": appraisals.records_behind(it, criterion),
        "papers": it.evidence.filter(code=code).select_related("added_by"),
        "may_add": may_fill(request.user, it),
    }
    return render(request, "evaluations/five_good/line.html", page)


def _criterion(it: Appraisal, code: str) -> Mapping[str, Any]:
    for _, _, criterion in it.campaign.rubric.criteria():
        if criterion["code"] == code:
            return criterion
    raise Http404


def _told(
    it: Appraisal, criterion: Mapping[str, Any], column: Column, entries: appraisals.Entries
) -> dict[str, Any]:
    entry = entries.get((column, criterion["code"]))
    if entry is None:
        return {"label": column.label, "score": "", "took": [], "reason": ""}
    found = {"criteria": {entry.code: entry.values if entry.applies else NOT_APPLICABLE}}
    result = appraisals.scored(it.campaign.rubric.content, found)["criteria"][entry.code]
    return {
        "label": column.label,
        "score": plain(entry.score) if entry.applies else "不适用",
        "took": result["deductions"],
        "reason": entry.reason,
    }


def evidence_new(request: PortalRequest, pk: int, code: str) -> HttpResponse:
    it = appraisal_for(request, pk)
    criterion = _criterion(it, code)
    require(may_fill(request.user, it), BY_TURN)
    form = EvidenceForm(posted(request), request.FILES or None)
    back = reverse("evaluations:five_good_line", args=[it.pk, code])
    if form.is_valid():
        data = form.cleaned_data
        try:
            appraisals.add_paper(
                it, code=code, upload=data["file"], proves_on=data["proves_on"], by=request.user
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(back)
    return form_page(
        request, form, title="添一份材料", button="添上", back_url=back, lead=criterion["text"]
    )


@require_GET
def evidence(request: PortalRequest, pk: int) -> FileResponse:
    seen = Appraisal.objects.visible_to(request.user)
    found = AppraisalEvidence.objects.filter(appraisal__in=seen, file__isnull=False)
    it = get_object_or_404(found.select_related("file"), pk=pk)
    assert it.file is not None  # noqa: S101 - filtered above
    return files.response(it.file, it.name, inline=True)


@require_GET
def gap(request: PortalRequest, pk: int) -> HttpResponse:
    """还差什么: from the last column filled, the cheapest way to the next grade."""
    it = appraisal_for(request, pk)
    entries = appraisals.entries_of(it)
    column = next((c for c in reversed(Column) if any(own == c for own, _ in entries)), None)
    content = it.campaign.rubric.content
    if column is None:
        of_records = facts.facts_of([it.unit], year=it.campaign.year, on=calendar.today())
        known = appraisals.starting_values(
            it, Column.SELF, known=of_records[it.unit_id], entries=entries
        )
        found: dict[str, Any] = {
            "criteria": {
                criterion["code"]: dict(known[criterion["code"]].values)
                for _, _, criterion in it.campaign.rubric.criteria()
            }
        }
    else:
        found = appraisals.findings_of(it, column, entries.values())
    content = appraisals.with_more(content, found)
    result = score(content, found)
    path = gaps.path_to_next(content, found)
    on_path = {step.code for step in path.steps} if path else set()
    page = {
        "it": it,
        "source": f"按{column.label}" if column else "还没有自评，先按系统里的记录算",
        "total": result["total"],
        "grade": it.campaign.rubric.grade_name(result["grade"]),
        "path": path,
        "others": [s for s in gaps.all_steps(content, found) if s.code not in on_path],
        "vetoes": [v["name"] for v in content.get("vetoes", ()) if v["code"] in result["vetoes"]],
    }
    return render(request, "evaluations/five_good/gap.html", page)


def step(request: PortalRequest, pk: int, name: str) -> HttpResponse:
    """agree, submit, complete or return, each with its question."""
    it = appraisal_for(request, pk)
    if name not in STEPS:
        raise Http404
    title, button, consequence, form_class = STEPS[name]
    allowed = {"agree": may_agree, "submit": may_fill}.get(name, _may_end)(request.user, it)
    require(allowed, BY_TURN)
    form = form_class(posted(request)) if form_class else None
    back = reverse("evaluations:appraisal", args=[it.pk])
    if request.method == "POST" and (form is None or form.is_valid()):
        data = form.cleaned_data if form else {}
        _do(request, it, name, data)
        messages.success(request, f"{it.unit.name}：{button}，已办好")
        return redirect(back)
    page = {
        "title": title,
        "sentence": f"{it.unit.name}，{it.campaign.year}年",
        "consequence": consequence,
        "button": button,
        "back_url": back,
        "form": form,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "committees/confirm_page.html", page, status=status)


def _may_end(user: Any, it: Appraisal) -> bool:
    return writing_column(user, it) in {Column.OFFICE, Column.CITY}


STEPS: Mapping[str, tuple[str, str, str, Any]] = {
    "agree": ("党组织意见", "党组织同意", "同意以后，自评再改动就要重新同意一次。", None),
    "submit": ("提交自评", "提交", "提交以后由教办初评；没有教办的，直接由市局复评。", SubmitForm),
    "complete": (
        "完成这一栏", "完成",
        "您没有改动的各条，照上一栏的分数；扣分的带上扣分办法里的理由。", None,
    ),
    "return": ("退回补充", "退回", "退回以后本单位可以改自评，重新提交。", ReturnForm),
}  # fmt: skip


def _do(request: PortalRequest, it: Appraisal, name: str, data: Mapping[str, Any]) -> None:
    if name == "agree":
        appraisals.agree(it, at=timezone.now(), by=request.user)
    elif name == "submit":
        appraisals.submit(it, signed_name=data["signed_name"], at=timezone.now(), by=request.user)
    elif name == "complete":
        appraisals.complete(it, writing_column(request.user, it), by=request.user)
    else:
        appraisals.send_back(it, note=data["note"], by=request.user)
