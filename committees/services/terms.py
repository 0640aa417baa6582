"""届: opening the next term with who stays on, and the papers that say so."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from committees.models import Committee, CommitteeDocument, CommitteeTerm, Post, Unit
from committees.services import committees
from committees.services.rules import rules_of
from portal.kernel import audit, files
from portal.kernel.calendar import date_cn, years_later
from portal.kernel.errors import Refused
from portal.kernel.ranges import between
from portal.kernel.refusals import speaking_for


@transaction.atomic
def open_term(
    committee: Committee,
    *,
    number: int,
    starts_on: date,
    staying: Mapping[int, str],
    by: Any,
) -> CommitteeTerm:
    """Begin a term on that day, which is also the day the one before ends.

    `staying` maps the pk of a current post to the position its holder has from now on; every
    other post ends that day. The term is as long as the city's rules say.
    """
    committee = Committee.objects.select_for_update(of=("self",)).get(pk=committee.pk)
    if committee.dissolved_on is not None:
        raise Refused(f"“{committee}”已经撤销了，不用换届")
    last = committee.terms.order_by("-period").first()
    if last is not None and last.period.lower is not None and last.period.lower >= starts_on:
        first = date_cn(last.period.lower)
        raise Refused(f"第{last.number}届是从{first}开始的，新一届要从这以后开始")
    with audit.acting("committee.term_opened", by=by), speaking_for(CommitteeTerm):
        if last is not None and (last.period.upper is None or last.period.upper != starts_on):
            last.period = between(last.period.lower, starts_on)
            last.save(update_fields=["period"])
        ends_on = years_later(starts_on, rules_of(committee.host).term_years)
        term = CommitteeTerm.objects.create(
            committee=committee, number=number, period=between(starts_on, ends_on)
        )
    _carry_over(committee, staying, on=starts_on, by=by)
    audit.record("committee.term_opened", committee, by=by, note=f"第{number}届")
    return term


def _carry_over(committee: Committee, staying: Mapping[int, str], *, on: date, by: Any) -> None:
    """End the posts of who leaves; who changes position gets the new one the same day."""
    held = committee.posts.filter(period__contains=on).select_related("person", "committee")
    for post in list(held):
        position = staying.get(post.pk)
        if position == post.position:
            continue
        if post.period.lower is None or post.period.lower < on:
            committees.end_post(post, on=on, by=by)
        else:
            post.delete()
        if position:
            committees.appoint(post.person, committee, position=position, since_day=on, by=by)


@transaction.atomic
def add_paper(
    committee: Committee,
    *,
    paper: str,
    title: str,
    upload: UploadedFile,
    term: CommitteeTerm | None = None,
    by: Any,
) -> CommitteeDocument:
    """Keep a founding, term or adjustment paper; a picture of it is as good as a PDF."""
    stored = files.store_paper(upload)
    name = (upload.name or "文件")[-200:]
    document = CommitteeDocument.objects.create(
        committee=committee,
        term=term,
        paper=paper,
        title=title,
        file=stored,
        name=name,
        added_by=by,
    )
    audit.record("committee.paper_added", committee, by=by, note=str(document))
    return document


@transaction.atomic
def serve_town(committee: Committee, *, units: list[Unit], since_day: date, by: Any) -> int:
    """Cover several units from one day, all or none; return how many."""
    for unit in units:
        committees.serve(committee, unit, since_day=since_day, by=by)
    if units and not committee.is_joint:
        with audit.acting("committee.corrected", by=by):
            committee.is_joint = True
            committee.save(update_fields=["is_joint"])
    return len(units)


def held_in(term: CommitteeTerm) -> list[Post]:
    """Every post that ran in the term, in order of the field, then by day."""
    posts = term.committee.posts.filter(period__overlap=term.period).select_related("person")
    return list(posts)
