"""一个学生的材料: the bureau finds what is held on a child, hands it out, and deletes it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from committees.http import PortalRequest, form_page, require
from committees.permissions import may_anywhere
from committees.policy import Can
from portal.kernel import audit, calendar, files
from portal.kernel.errors import Refused
from reading_program import exports
from reading_program.figures import children as figures
from reading_program.forms.children import EraseForm, NameForm
from reading_program.models import Entry
from reading_program.services import erasure, mentions

BY_BUREAU = "学生的材料由局关工委统一查找、提供和删除"

CONSEQUENCE = (
    "姓名、班级、正文、文件和评委看的那一份都会删掉，删了不能恢复。还没评的作品退出评选。"
    "已经获的奖留下姓名、学校、题目、奖项和证书，备人查验；要连奖一起去掉，先撤销奖项再来删。"
    "和别人合作、在别人名下报的作品，只去掉这个学生的姓名。"
)


@never_cache
def children(request: PortalRequest) -> HttpResponse:
    """The name is posted, not asked for in the address: addresses are kept in logs."""
    require(may_anywhere(request.user, Can.READING_EDIT), BY_BUREAU)
    form = NameForm(request.POST or None)
    found = None
    if form.is_valid():
        own = Entry.objects.kept_under(request.user)
        found = figures.children_named(form.cleaned_data["name"], own)
    page = {"form": form, "found": found, "asked": form.is_bound and not form.errors}
    status = 422 if form.errors else 200
    return render(request, "reading_program/children.html", page, status=status)


@require_GET
@never_cache
def child(request: PortalRequest, pk: int, at: int) -> HttpResponse:
    it, entry = _child(request, pk, at)
    audit.record("child.read", entry, by=request.user)
    page = {
        "child": it,
        "rows": [figures.row_of(each, it.name) for each in it.entries],
        "mentions": mentions.mentions_of(it.name, city=entry.edition.city),
        "erasable": any(each.erased_at is None for each in it.entries),
    }
    return render(request, "reading_program/child.html", page)


@require_GET
@never_cache
def child_archive(request: PortalRequest, pk: int, at: int) -> HttpResponse:
    """Everything as one ZIP: a workbook and the files; that it was taken is written down."""
    it, entry = _child(request, pk, at)
    papers = [
        (paper.name, files.read(paper.file)) for each in it.entries for paper in each.files.all()
    ]
    found = mentions.mentions_of(it.name, city=entry.edition.city)
    content = figures.archive(exports.child_workbook(it, found), papers)
    audit.record("child.exported", entry, by=request.user, note=f"{len(it.entries)} 件作品")
    return files.made(content, f"{it.name}的材料.zip")


@never_cache
def child_erase(request: PortalRequest, pk: int, at: int) -> HttpResponse:
    it, entry = _child(request, pk, at)
    left = [each for each in it.entries if each.erased_at is None]
    back_url = reverse("reading_program:child", args=[pk, at])
    if not left:
        raise Refused("这个学生的材料已经删过了，留下的只有获奖记录")
    found = mentions.mentions_of(it.name, city=entry.edition.city)
    form = EraseForm(request.POST or None, entries=left, mentions=found)
    if form.is_valid():
        try:
            count = erasure.erase_child(
                form.chosen(),
                name=it.name,
                reason=form.cleaned_data["reason"],
                places=form.cleaned_data.get("places", ()),
                on=calendar.today(),
                now=timezone.now(),
                by=request.user,
            )
        except Refused as error:
            form.add_error(None, str(error))
        else:
            hidden = len(form.cleaned_data.get("places", ()))
            also = f"，别处 {hidden} 处姓名盖住了" if hidden else ""
            messages.success(request, f"{count} 件作品里的姓名、正文和文件已经删除{also}")
            return redirect("reading_program:children")
    return form_page(
        request, form, title=f"删除{it.unit.name}{it.name}的材料？", button="删除，不再恢复",
        back_url=back_url, back_text="这个学生的材料", note=CONSEQUENCE,
    )  # fmt: skip


def _child(request: PortalRequest, pk: int, at: int) -> tuple[figures.Child, Entry]:
    """The child that stands at place `at` of an entry, with all of the same name and school."""
    own = Entry.objects.kept_under(request.user)
    entry = get_object_or_404(own.select_related("unit", "track", "edition__city"), pk=pk)
    people = figures.people_of(entry)
    if at >= len(people) or people[at] == erasure.GONE:
        raise Http404
    found = figures.whole(own.filter(unit=entry.unit_id).naming(people[at]))
    return figures.Child(people[at], entry.unit, found, entry.pk, at), entry
