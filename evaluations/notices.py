"""Who is told what about a bulletin or a thing to mend."""

from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

from committees.models import Unit, User
from committees.models.scoping import STEP
from committees.notices import author_or_successor, holders
from committees.policy import ROLE_POWERS, Can
from evaluations.choices import AnnualSection
from evaluations.models import (
    AnnualBulletin,
    AnnualReport,
    AnnualWord,
    Appraisal,
    BulletinIssue,
    BulletinSeries,
    OfficialPaper,
    ReportCorrection,
    StatisticsRound,
)
from portal.kernel import calendar, notices
from portal.kernel.calendar import date_cn

SIGNERS = [role for role, powers in ROLE_POWERS.items() if Can.BULLETIN_SIGN in powers]


def tell_editors(issue: BulletinIssue) -> None:
    """The editors learn that an issue has opened by itself, and what already lies in it."""
    count = issue.articles.count()
    inside = f"已放进 {count} 篇推荐的稿子" if count else "还没有推荐的稿子，要您来选"
    notices.notify(editors_of(issue.series), f"“{issue}”到期开编了，{inside}", _link(issue))


def editors_of(series: BulletinSeries) -> Sequence[User]:
    """Those the series names, as long as they may edit; else everyone at the unit who may."""
    may = holders(series.unit_id, Can.BULLETIN_EDIT).order_by("pk")
    return list(may.filter(pk__in=series.editors.values("pk"))) or list(may)


ANSWERERS = [role for role, powers in ROLE_POWERS.items() if Can.REQUEST_ANSWER in powers]
FILLERS = [role for role, powers in ROLE_POWERS.items() if Can.FIVE_GOOD_FILL in powers]


def tell_signers(issue: BulletinIssue) -> None:
    """Those who sign at the unit or above it learn that an issue waits for them."""
    notices.notify(_signers_at(issue.unit), f"“{issue}”送审了，等您核稿、签发", _link(issue))


def _signers_at(unit: Unit) -> QuerySet[User]:
    ends = range(STEP, len(unit.path) + 1, STEP)
    return User.objects.filter(
        is_active=True,
        grants__role__in=SIGNERS,
        grants__unit__path__in=[unit.path[:end] for end in ends],
        grants__period__contains=calendar.today(),
    )


def tell_returned(issue: BulletinIssue, note: str) -> None:
    """Who handed it in, or who has the post now; and the editors where the series names some."""
    people = list(author_or_successor(issue.submitted_by, issue.unit, Can.BULLETIN_EDIT))
    if issue.series.editors.exists():
        people += [each for each in editors_of(issue.series) if each not in people]
    notices.notify(people, f"“{issue}”退回修改：{note}", _link(issue))


def tell_issued(issue: BulletinIssue) -> None:
    people = [person for person in (issue.submitted_by, issue.signed_by) if person is not None]
    notices.notify(people, f"{issue.series.name}{issue.number_label}已印发", _link(issue))


def tell_mending(appraisal: Appraisal, count: int, due_on: date) -> None:
    """Who fills in for the unit learns what it has to put right."""
    people = User.objects.filter(
        is_active=True,
        grants__role__in=FILLERS,
        grants__unit=appraisal.unit,
        grants__period__contains=calendar.today(),
    ).distinct()
    words = f"“五好”创建：{count} 件事要整改，{date_cn(due_on)}前改好"
    notices.notify(people, words, reverse("evaluations:mendings", args=[appraisal.pk]))


def _link(issue: BulletinIssue) -> str:
    return reverse("evaluations:issue", args=[issue.pk])


def tell_paper_signers(paper: OfficialPaper) -> None:
    notices.notify(_signers_at(paper.unit), f"“{paper}”送审了，等您核稿、签发", _paper(paper))


def tell_paper_returned(paper: OfficialPaper, note: str) -> None:
    people = author_or_successor(paper.submitted_by, paper.unit, Can.BULLETIN_EDIT)
    notices.notify(people, f"“{paper}”退回修改：{note}", _paper(paper))


def tell_paper_issued(paper: OfficialPaper) -> None:
    """Every unit it went to, and who wrote it."""
    wrote = author_or_successor(paper.submitted_by, paper.unit, Can.BULLETIN_EDIT)
    notices.notify(wrote, f"{paper.number_label}《{paper}》印发了", _paper(paper))
    said = f"收到文件：{paper.number_label}《{paper}》"
    notices.notify(_receivers(paper), said, _paper(paper))


def tell_paper_withdrawn(paper: OfficialPaper) -> None:
    said = f"{paper.number_label}《{paper}》撤回了：{paper.withdraw_reason}"
    notices.notify(_receivers(paper), said, _paper(paper))


def _receivers(paper: OfficialPaper) -> QuerySet[User]:
    return User.objects.filter(
        is_active=True,
        grants__role__in=ANSWERERS,
        grants__unit__paper_receipts__paper=paper,
        grants__period__contains=calendar.today(),
    ).distinct()


def _paper(paper: OfficialPaper) -> str:
    return reverse("evaluations:paper", args=[paper.pk])


def tell_annual_readers(bulletin: AnnualBulletin) -> None:
    """The level that reads next: the office where there is one, else the bureau."""
    above = bulletin.unit.office or bulletin.unit.city
    can = Can.ANNUAL_READ if bulletin.unit.office else Can.ANNUAL_APPRAISE
    if above is not None:
        notices.notify(holders(above.pk, can), f"{bulletin}交上来了", _annual(bulletin))


def tell_annual_returned(bulletin: AnnualBulletin) -> None:
    said = f"{bulletin}退回修改：{bulletin.return_reason}"
    notices.notify(_writers(bulletin), said, _annual(bulletin))


def tell_annual_appraised(bulletin: AnnualBulletin) -> None:
    notices.notify(_writers(bulletin), f"{bulletin}评议好了，评语在里面", _annual(bulletin))


def tell_annual_word(word: AnnualWord) -> None:
    said = f"{word.unit}给{word.bulletin}留了一句话：{word.text}"
    notices.notify(_writers(word.bulletin), said, _annual(word.bulletin))


def tell_annual_chosen(
    bulletin: AnnualBulletin, section: AnnualSection, issue: BulletinIssue
) -> None:
    said = f"{bulletin}的“{section.label}”选进了{issue.series.name}（{issue.period_label}）"
    notices.notify(_writers(bulletin), said, _annual(bulletin))


def _writers(bulletin: AnnualBulletin) -> Sequence[User]:
    return author_or_successor(bulletin.submitted_by, bulletin.unit, Can.ANNUAL_WRITE)


def _annual(bulletin: AnnualBulletin) -> str:
    return reverse("evaluations:annual_bulletin", args=[bulletin.year, bulletin.unit_id])


def tell_statistics_signers(report: AnnualReport) -> None:
    """Who answers for the unit learns that its numbers wait for the signature."""
    people = holders(report.unit_id, Can.STATISTICS_SIGN)
    notices.notify(people, f"{report}填好了，等您审签", _statistics(report.unit, report.round))


def tell_statistics_above(report: AnnualReport) -> None:
    """The level that takes it in: the office where there is one above, else the bureau."""
    notices.notify(
        _gatherers(report.unit), f"{report}报上来了", _statistics(report.unit, report.round)
    )


def tell_statistics_returned(report: AnnualReport) -> None:
    people = author_or_successor(report.filled_by, report.unit, Can.STATISTICS_FILL)
    said = f"{report}退回了：{report.return_reason}"
    notices.notify(people, said, _statistics(report.unit, report.round))


def tell_statistics_corrected(correction: ReportCorrection, label: str) -> None:
    report = correction.report
    said = f"{report}更正了“{label}”：改成 {correction.after:,}，因为{correction.reason}"
    notices.notify(_gatherers(report.unit), said, _statistics(report.unit, report.round))


def urge_statistics(asked: StatisticsRound, unit: Unit, *, waits_for_signature: bool) -> int:
    """Remind who can move the unit's report on; return how many people were told."""
    can = Can.STATISTICS_SIGN if waits_for_signature else Can.STATISTICS_FILL
    people = list(holders(unit.pk, can)) or list(holders(unit.pk, Can.STATISTICS_FILL))
    what = "等负责人审签" if waits_for_signature else "还没有报"
    said = f"{unit}的{asked}{what}，请在{date_cn(asked.due_on)}前报上来"
    notices.notify(people, said, _statistics(unit, asked))
    return len(people)


def _gatherers(unit: Unit) -> Sequence[User]:
    above = (unit.office if unit.is_institution else None) or unit.city
    if above is None or above.pk == unit.pk:
        return []
    return list(holders(above.pk, Can.STATISTICS_GATHER))


def _statistics(unit: Unit, asked: StatisticsRound) -> str:
    return reverse("evaluations:statistics_report", args=[asked.year, unit.pk])
