"""Who may do what with a bulletin or an appraisal; each question names person, place, state."""

from typing import Any

from committees.models import RoleGrant, Unit
from committees.models.scoping import reaches
from committees.permissions import belongs_to, may, may_anywhere
from committees.policy import ROLE_POWERS, Can, Role
from evaluations.choices import AnnualState as N
from evaluations.choices import BulletinState as S
from evaluations.choices import CampaignState, Column
from evaluations.choices import PaperState as W
from evaluations.choices import ReportState as F
from evaluations.models import (
    AnnualBulletin,
    AnnualReport,
    AnnualRound,
    Appraisal,
    Assessor,
    BulletinIssue,
    Campaign,
    OfficialPaper,
    Visit,
)
from evaluations.workflow import is_writable
from portal.kernel import calendar


def may_make(user: Any, unit: Unit | None) -> bool:
    """Set a series up and open its issues."""
    return may(user, Can.BULLETIN_EDIT, unit)


def may_follow(user: Any, issue: BulletinIssue) -> bool:
    """See an unfinished issue: its editors and who signs it."""
    return may_make(user, issue.unit) or may(user, Can.BULLETIN_SIGN, issue.unit)


def may_edit(user: Any, issue: BulletinIssue) -> bool:
    return issue.state == S.DRAFT and may_make(user, issue.unit)


def may_approve(user: Any, issue: BulletinIssue) -> bool:
    """Another editor, or who signs; nobody checks what they handed in themselves."""
    return (
        issue.state == S.REVIEWING and may_follow(user, issue) and user.pk != issue.submitted_by_id
    )


def may_sign(user: Any, issue: BulletinIssue) -> bool:
    return issue.state in {S.REVIEWING, S.SIGNING} and may(user, Can.BULLETIN_SIGN, issue.unit)


def may_send_back(user: Any, issue: BulletinIssue) -> bool:
    """Editors may take back what they handed in; a signed one is sent back by who signs."""
    if issue.state == S.SIGNED:
        return may(user, Can.BULLETIN_SIGN, issue.unit)
    return issue.state in {S.REVIEWING, S.SIGNING} and may_follow(user, issue)


def may_print(user: Any, issue: BulletinIssue) -> bool:
    """Ask again for the printing of a signed issue whose printing stopped."""
    return issue.state == S.SIGNED and may_follow(user, issue)


def may_begin_annual(user: Any, unit: Unit) -> bool:
    """Write the unit's bulletin of the year: its own secretary."""
    return unit.is_institution and may(user, Can.ANNUAL_WRITE, unit)


def may_write_annual(user: Any, bulletin: AnnualBulletin) -> bool:
    return bulletin.state in {N.DRAFT, N.RETURNED} and may_begin_annual(user, bulletin.unit)


def may_read_annual(user: Any, bulletin: AnnualBulletin, asked: AnnualRound | None) -> bool:
    """The office's first reading, where the year asks for one."""
    reads = asked is not None and asked.office_reads
    return reads and bulletin.state == N.SUBMITTED and may(user, Can.ANNUAL_READ, bulletin.unit)


def may_appraise_annual(user: Any, bulletin: AnnualBulletin, asked: AnnualRound | None) -> bool:
    """The bureau; behind the office where the year wants it to read first and there is one."""
    if asked is None or not may(user, Can.ANNUAL_APPRAISE, bulletin.unit):
        return False
    if asked.office_reads and bulletin.unit.office_id is not None:
        return bulletin.state == N.READ
    return bulletin.state in {N.SUBMITTED, N.READ}


def may_return_annual(user: Any, bulletin: AnnualBulletin, asked: AnnualRound | None) -> bool:
    """Whoever may read or appraise it next, the bureau at any time before its word."""
    if may_read_annual(user, bulletin, asked):
        return True
    waiting = bulletin.state in {N.SUBMITTED, N.READ}
    return waiting and may(user, Can.ANNUAL_APPRAISE, bulletin.unit)


def may_see_appraisal(user: Any, bulletin: AnnualBulletin) -> bool:
    """Grades are between the unit and the levels above it: other units read the text alone."""
    return bulletin.state == N.ACCEPTED and may(user, Can.ANNUAL_VIEW, bulletin.unit)


def may_leave_word(user: Any, bulletin: AnnualBulletin) -> bool:
    """Secretaries of other units, once it is appraised."""
    writes = bool(reaches(user, Can.ANNUAL_WRITE))
    return writes and bulletin.state == N.ACCEPTED and not belongs_to(user, bulletin.unit)


def may_ask_annual(user: Any, city: Unit | None) -> bool:
    """Say by when and in which words; the city's bureau."""
    return may(user, Can.ANNUAL_APPRAISE, city)


def may_make_volume(user: Any, root: Unit | None) -> bool:
    """The bureau of its city, an office of its own schools."""
    return root is not None and not root.is_institution and may(user, Can.BULLETIN_EDIT, root)


def may_fill_statistics(user: Any, unit: Unit, report: AnnualReport | None) -> bool:
    """Type numbers: the unit's own, or its office for a school with nobody at a computer."""
    is_open = report is None or report.state in {F.FILLING, F.RETURNED}
    return is_open and may(user, Can.STATISTICS_FILL, unit)


def may_sign_statistics(user: Any, report: AnnualReport | None) -> bool:
    """Who answers for the unit, and never who filled it in."""
    waits = report is not None and report.state == F.FILLED and report.filled_by_id != user.pk
    return waits and report is not None and may(user, Can.STATISTICS_SIGN, report.unit)


def may_sign_on_paper(user: Any, report: AnnualReport | None) -> bool:
    """Where nobody of the unit can sign here, who fills it in says whose name the sheet bears."""
    if report is None or report.state != F.FILLED:
        return False
    signers = [role for role, powers in ROLE_POWERS.items() if Can.STATISTICS_SIGN in powers]
    grants = RoleGrant.objects.filter(
        unit=report.unit, role__in=signers, period__contains=calendar.today(), user__is_active=True
    )
    return may(user, Can.STATISTICS_FILL, report.unit) and not grants.exists()


def may_take_back_statistics(user: Any, report: AnnualReport | None) -> bool:
    """Before the signature: who is to sign, and who has filled it in."""
    if report is None or report.state != F.FILLED:
        return False
    unit = report.unit
    return may(user, Can.STATISTICS_SIGN, unit) or may(user, Can.STATISTICS_FILL, unit)


def may_gather_statistics(user: Any, report: AnnualReport | None) -> bool:
    """Take a signed report in, or send it back: the levels above, until it is taken in."""
    waits = report is not None and report.state == F.SIGNED
    return waits and report is not None and may(user, Can.STATISTICS_GATHER, report.unit)


def may_correct_statistics(user: Any, report: AnnualReport | None) -> bool:
    return report is not None and report.is_signed and may(user, Can.STATISTICS_FILL, report.unit)


def may_edit_statistics(user: Any, city: Unit | None) -> bool:
    """Draft and publish forms, say by when: the city's bureau."""
    return may(user, Can.STATISTICS_EDIT, city)


def may_make_paper(user: Any, unit: Unit | None) -> bool:
    """Official papers are issued by a bureau or an office; the hands are those of the bulletins."""
    return unit is not None and not unit.is_institution and may(user, Can.BULLETIN_EDIT, unit)


def may_follow_paper(user: Any, paper: OfficialPaper) -> bool:
    """See it before it is out, and who has received it."""
    return may(user, Can.BULLETIN_EDIT, paper.unit) or may(user, Can.BULLETIN_SIGN, paper.unit)


def may_write_paper(user: Any, paper: OfficialPaper) -> bool:
    return paper.state == W.DRAFT and may(user, Can.BULLETIN_EDIT, paper.unit)


def may_approve_paper(user: Any, paper: OfficialPaper) -> bool:
    """Nobody checks what they handed in themselves."""
    waits = paper.state == W.REVIEWING and user.pk != paper.submitted_by_id
    return waits and may_follow_paper(user, paper)


def may_sign_paper(user: Any, paper: OfficialPaper) -> bool:
    waits = paper.state in {W.REVIEWING, W.SIGNING}
    return waits and may(user, Can.BULLETIN_SIGN, paper.unit)


def may_send_back_paper(user: Any, paper: OfficialPaper) -> bool:
    return paper.state in {W.REVIEWING, W.SIGNING} and may_follow_paper(user, paper)


def may_withdraw_paper(user: Any, paper: OfficialPaper) -> bool:
    """Whoever signs takes it back."""
    return paper.state == W.ISSUED and may(user, Can.BULLETIN_SIGN, paper.unit)


def may_receive_paper(user: Any, unit: Unit) -> bool:
    """The unit itself, or its office for a unit with nobody at a computer."""
    return may(user, Can.REQUEST_ANSWER, unit)


def may_make_ledger(user: Any, unit: Unit | None) -> bool:
    """The unit itself, or a level above it."""
    return may(user, Can.LEDGER_MAKE, unit)


def may_close_year(user: Any, city: Unit | None) -> bool:
    """Shut a work year of the city, and open it again."""
    return may(user, Can.YEAR_CLOSE, city)


def may_edit_rubrics(user: Any, city: Unit | None) -> bool:
    """Draft and publish tables of points, prepare campaigns, name titles and recheck them."""
    return may(user, Can.FIVE_GOOD_EDIT, city)


def _is_writable(appraisal: Appraisal, column: str) -> bool:
    return is_writable(column, state=appraisal.state, campaign=appraisal.campaign.state)


def may_fill(user: Any, appraisal: Appraisal) -> bool:
    return _is_writable(appraisal, Column.SELF) and may(user, Can.FIVE_GOOD_FILL, appraisal.unit)


def may_agree(user: Any, appraisal: Appraisal) -> bool:
    """The Party contact; where the unit has none, whoever fills in notes the meeting's answer."""
    if not _is_writable(appraisal, Column.SELF) or appraisal.self_total is None:
        return False
    if may(user, Can.FIVE_GOOD_AGREE, appraisal.unit):
        return True
    contacts = RoleGrant.objects.filter(
        unit=appraisal.unit, role=Role.PARTY_CONTACT, period__contains=calendar.today()
    )
    return may(user, Can.FIVE_GOOD_FILL, appraisal.unit) and not contacts.exists()


def may_write(user: Any, appraisal: Appraisal, column: str) -> bool:
    """Fill in this column now. Nobody scores a unit they fill in for."""
    if column == Column.SELF:
        return may_fill(user, appraisal)
    if may(user, Can.FIVE_GOOD_FILL, appraisal.unit):
        return False
    if not _is_writable(appraisal, column):
        return False
    if column == Column.OFFICE:
        return may(user, Can.FIVE_GOOD_REVIEW, appraisal.unit)
    return may(user, Can.FIVE_GOOD_DECIDE, appraisal.unit)


def may_object(user: Any, campaign: Campaign) -> bool:
    """Who fills in an appraisal of the city, or the bureau for somebody who telephoned."""
    told = may(user, Can.FIVE_GOOD_EDIT, campaign.city) or may_anywhere(user, Can.FIVE_GOOD_FILL)
    return campaign.state == CampaignState.PUBLIC and told


def may_mark_as(user: Any, visit: Visit, assessor: Assessor) -> bool:
    """The assessor; the bureau types back what stands on paper. Never at one's own unit."""
    unit = visit.unit
    if visit.appraisal.campaign.state != CampaignState.OPEN or assessor.unit_id == unit.pk:
        return False
    if may(user, Can.FIVE_GOOD_FILL, unit):
        return False
    return assessor.user_id == user.pk or may(user, Can.FIVE_GOOD_EDIT, unit)


def may_feed_back(user: Any, visit: Visit) -> bool:
    if visit.appraisal.campaign.state != CampaignState.OPEN:
        return False
    own = visit.team.assessors.filter(user=user).exclude(unit=visit.unit)
    return may(user, Can.FIVE_GOOD_EDIT, visit.unit) or own.exists()


def may_ask_mending(user: Any, appraisal: Appraisal) -> bool:
    """The office or the bureau above the unit; they tick off too."""
    own = may(user, Can.FIVE_GOOD_FILL, appraisal.unit)
    return not own and may(user, Can.FIVE_GOOD_REVIEW, appraisal.unit)


def may_tell_mending(user: Any, appraisal: Appraisal) -> bool:
    return may(user, Can.FIVE_GOOD_FILL, appraisal.unit)


def writing_column(user: Any, appraisal: Appraisal) -> str:
    """The column this person may fill in now, or nothing."""
    return next((column for column in Column if may_write(user, appraisal, column)), "")
