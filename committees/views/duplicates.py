"""Entries of the register that look like one person: found, compared, made one, made two again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from committees.figures import duplicates as finder
from committees.http import PortalRequest, require
from committees.models import DistinctPeople, Person, PersonMerge
from committees.permissions import may_anywhere, may_merge
from committees.policy import Can
from committees.services import distinctions, merges
from committees.views.people import BY_SECRETARY


@require_GET
def duplicates(request: PortalRequest) -> HttpResponse:
    require(may_anywhere(request.user, Can.PEOPLE_EDIT), BY_SECRETARY)
    editable = Person.objects.reachable_by(request.user, Can.PEOPLE_EDIT)
    apart = DistinctPeople.objects.visible_to(request.user).select_related(
        "first__unit", "second__unit", "marked_by"
    )
    pairs = finder.find(
        finder.entries(editable), apart={(one.first_id, one.second_id) for one in apart}
    )
    named = editable.select_related("unit").in_bulk(
        [pk for pair in pairs for pk in (pair.first, pair.second)]
    )
    page = {
        "rows": [
            {
                "first": named[pair.first],
                "second": named[pair.second],
                "reasons": "，".join(pair.reasons),
            }
            for pair in pairs
        ],
        "most": finder.MOST_PAIRS,
        "apart": apart,
        "recent": PersonMerge.objects.visible_to(request.user)
        .filter(undone_at=None)
        .select_related("kept__unit", "merged__unit")
        .order_by("-pk")[:10],
        "back_url": reverse("committees:people"),
    }
    return render(request, "committees/duplicates.html", page)


def merge(request: PortalRequest, pk: int, other: int) -> HttpResponse:
    """`pk` is kept, `other` goes into it; the page shows everything that would change."""
    kept, merged = _two(request, pk, other)
    require(may_merge(request.user, kept, merged), BY_SECRETARY)
    if request.method == "POST":
        merges.merge(kept, merged, by=request.user)
        messages.success(request, f"已经合并。“{kept}”这一条留下，需要时可以撤销")
        return redirect("committees:person", kept.pk)
    page: dict[str, Any] = {
        "kept": kept,
        "merged": merged,
        "preview": merges.preview(kept, merged),
        "swap_url": reverse("committees:person_merge", args=[merged.pk, kept.pk]),
        "back_url": reverse("committees:duplicates"),
    }
    return render(request, "committees/merge.html", page)


@require_POST
def distinct(request: PortalRequest, pk: int, other: int) -> HttpResponse:
    """Of a pair of the list somebody knows: not one person."""
    one, two = _two(request, pk, other)
    require(may_merge(request.user, one, two), BY_SECRETARY)
    distinctions.mark(one, two, by=request.user)
    messages.success(request, f"记下了，{one}（{one.unit}）和{two}（{two.unit}）是两个人，不再提示")
    return redirect("committees:duplicates")


@require_POST
def distinct_undo(request: PortalRequest, pk: int) -> HttpResponse:
    marked = get_object_or_404(
        DistinctPeople.objects.visible_to(request.user).select_related("first__unit", "second"),
        pk=pk,
    )
    distinctions.take_back(marked, by=request.user)
    messages.success(request, "已经取消，这两条又会一起对看")
    return redirect("committees:duplicates")


def merge_undo(request: PortalRequest, pk: int) -> HttpResponse:
    found = PersonMerge.objects.visible_to(request.user).select_related("kept", "merged__unit")
    done = get_object_or_404(found, pk=pk)
    if request.method == "POST":
        merges.undo(done, at=timezone.now(), by=request.user)
        messages.success(request, f"已经分开，“{done.merged}”（{done.merged.unit}）又单独成一条")
        return redirect("committees:person", done.kept_id)
    page = {
        "title": f"撤销{done.kept}的合并",
        "sentence": f"把“{done.merged}”（{done.merged.unit}）重新分出来？",
        "consequence": "合并时转过来的职务和资料都回到原来那一条。",
        "button": "撤销合并",
        "back_url": reverse("committees:person", args=[done.kept_id]),
    }
    return render(request, "committees/confirm_page.html", page)


def _two(request: PortalRequest, pk: int, other: int) -> tuple[Person, Person]:
    found = Person.objects.visible_to(request.user).select_related("unit", "original_unit")
    return get_object_or_404(found, pk=pk), get_object_or_404(found.exclude(pk=pk), pk=other)
