"""The first draft of a year's bulletin: what the records know, each paragraph with its sources."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from activities.choices import CoHostState
from activities.figures.lines import is_recommended
from activities.models import Activity, PartnerAgreement, Studio
from committees.figures import in_order
from committees.models import Committee, Person, Post, Unit
from evaluations import documents
from evaluations.choices import AnnualSection, SourceKind
from evaluations.models import BulletinArticle
from portal.kernel.calendar import date_cn

MOST_DEEDS = 3  # highlights told at length; the rest an editor takes from the records
LONGEST_DEED = 400
MOST_NAMED = 12  # of one kind of work; the sentence says how many there were in all


@dataclass(frozen=True, slots=True)
class Source:
    """What a sentence rests on: a record, or an entry of the register said in words.

    `rows` are what a number of the sentence counts, each with what it adds: records of FIGURES,
    people of PEOPLE.
    """

    kind: SourceKind
    label: str
    activity: int | None = None
    rows: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    sources: tuple[Source, ...] = field(default_factory=tuple)


Draft = dict[AnnualSection, list[Paragraph]]


def draft(unit: Unit, *, year: int, on: date) -> Draft:
    """The five sections as the records of the year suggest them; a fixed number of queries."""
    first, last = date(year, 1, 1), min(date(year, 12, 31), max(on, date(year, 1, 1)))
    own = Q(unit=unit) | Q(cohosts__unit=unit, cohosts__state=CoHostState.CONFIRMED)
    found = Activity.objects.accepted().in_year(year).filter(own).select_related("unit", "kind")
    records = list(found.distinct().prefetch_related("files").order_by("held_on", "pk"))
    return {
        AnnualSection.TEAM: list(_team(unit, first, last)),
        AnnualSection.MAIN_WORK: list(_main_work(records)),
        AnnualSection.HIGHLIGHTS: list(_highlights(unit, year)),
        AnnualSection.INNOVATION: list(_innovation(unit, records, last)),
        AnnualSection.ROLE_MODELS: list(_role_models(unit, year)),
    }


def of_record(record: Activity) -> Source:
    return Source(SourceKind.ACTIVITY, f"{record.held_label}《{record}》", record.pk)


def _team(unit: Unit, first: date, last: date) -> Iterator[Paragraph]:
    committee = Committee.objects.filter(host=unit, dissolved_on=None).first()
    if committee is not None:
        posts = in_order(
            Post.objects.filter(committee=committee, period__contains=last)
            .select_related("person")
            .order_by("position", "pk")
        )
        named = "，".join(
            f"{post.get_position_display()}{post.person.name}"
            for post in posts
            if post.position != "member"
        )
        members = sum(post.position == "member" for post in posts)
        said = named + (f"，委员{members}人" if members and named else "")
        if said:
            text = f"{committee.name}现有{said}。"
            yield Paragraph(text, (Source(SourceKind.COMMITTEE, f"{committee.name}职务"),))
        changed = Post.objects.filter(committee=committee, period__startswith__range=(first, last))
        new = [
            f"{post.person.name}任{post.get_position_display()}（{date_cn(post.period.lower)}）"
            for post in changed.select_related("person").order_by("period", "pk")[:MOST_NAMED]
        ]
        if new and len(new) < len(posts):
            yield Paragraph(
                f"年内班子有调整：{'；'.join(new)}。",
                (Source(SourceKind.COMMITTEE, "当年任职记录"),),
            )
    people = Person.objects.filter(unit=unit)
    listed = people.exclude(categories=[]).order_by("pk").values_list("pk", flat=True)
    rows = tuple((person, 1) for person in listed)
    if elders := len(rows):
        backbone = people.filter(is_backbone=True).count()
        mentors = people.filter(is_mentor=True).count()
        text = f"登记在册“五老”{elders}人"
        text += f"，其中骨干{backbone}人" if backbone else ""
        text += f"，关爱导师{mentors}人" if mentors else ""
        yield Paragraph(f"{text}。", (Source(SourceKind.PEOPLE, "“五老”名册", rows=rows),))


def _main_work(records: list[Activity]) -> Iterator[Paragraph]:
    if not records:
        return
    youth = sum(record.youth or 0 for record in records)
    total = sum(record.attendance or 0 for record in records)
    text = f"全年开展活动{len(records)}次，参加{total}人次"
    text += f"，其中受教育青少年{youth}人次。" if youth else "。"
    label = f"当年已通过的{len(records)}条活动记录"
    rows = tuple((record.pk, record.attendance or 0) for record in records)
    yield Paragraph(text, (Source(SourceKind.FIGURES, label, rows=rows),))
    kinds: dict[str, list[Activity]] = {}
    for record in records:
        kinds.setdefault(record.kind.name if record.kind else "其他活动", []).append(record)
    for name, held in kinds.items():
        told = "；".join(
            f"{_day(record)}{record.title.strip().rstrip('。')}" for record in held[:MOST_NAMED]
        )
        rest = "等" if len(held) > MOST_NAMED else ""
        yield Paragraph(
            f"{name}{len(held)}次：{told}{rest}。",
            tuple(of_record(record) for record in held[:MOST_NAMED]),
        )


def _day(record: Activity) -> str:
    label = record.held_label
    return f"{label.partition('年')[2]}，" if "月" in label else ""


def _highlights(unit: Unit, year: int) -> Iterator[Paragraph]:
    """What the unit recommended itself, at some length; one paragraph a deed."""
    told = Activity.objects.accepted().in_year(year).filter(is_recommended(), unit=unit)
    found = told.select_related("unit", "kind").prefetch_related("files")
    for record in found.order_by("held_on", "pk")[:MOST_DEEDS]:
        made = documents.article_from(record)
        body = "".join(made.body.splitlines())
        yield Paragraph(shortened(body), (of_record(record),))


def shortened(text: str, longest: int = LONGEST_DEED) -> str:
    """Cut a long text behind its last whole sentence that fits."""
    if len(text) <= longest:
        return text
    head = text[:longest]
    end = max(head.rfind(mark) for mark in "。！？")
    return head[: end + 1] if end > 0 else head


def _innovation(unit: Unit, records: list[Activity], last: date) -> Iterator[Paragraph]:
    for studio in Studio.objects.open().filter(unit=unit).order_by("pk"):
        since = f"（{date_cn(studio.founded_on)}成立）" if studio.founded_on else ""
        yield Paragraph(
            f"办有{studio.name}{since}。", (Source(SourceKind.STUDIO, f"工作室：{studio.name}"),)
        )
    joint = [record for record in records if record.unit_id != unit.pk]
    for record in joint[:MOST_DEEDS]:
        yield Paragraph(
            f"{_day(record)}与{record.unit.name}共办“{record.title}”。", (of_record(record),)
        )
    agreed = PartnerAgreement.objects.current(last).filter(partner__unit=unit)
    names = [one.partner.name for one in agreed.select_related("partner").order_by("pk")]
    if names:
        text = f"与{'、'.join(names[:MOST_NAMED])}签有共建协议。"
        yield Paragraph(text, (Source(SourceKind.PARTNER, "共建协议"),))


def _role_models(unit: Unit, year: int) -> Iterator[Paragraph]:
    for person in Person.objects.filter(unit=unit).exclude(honour="").order_by("name", "pk"):
        post = f"，{person.original_post}" if person.original_post else ""
        yield Paragraph(
            f"{person.name}{post}，{person.honour}。",
            (Source(SourceKind.PEOPLE, f"名册：{person.name}"),),
        )
    printed = BulletinArticle.objects.filter(
        source__unit=unit, issue__state="issued", issue__year=year
    )
    for article in printed.select_related("issue__series", "source").order_by("issue__starts_on"):
        text = f"《{article.title}》登在{article.issue.series.name}{article.issue.number_label}。"
        source = of_record(article.source) if article.source else None
        yield Paragraph("".join(text.splitlines()), (source,) if source else ())
