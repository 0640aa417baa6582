"""Who may do what with a bulletin; each question names person, place and state."""

from typing import Any

from committees.models import Unit
from committees.permissions import may
from committees.policy import Can
from evaluations.choices import BulletinState as S
from evaluations.models import BulletinIssue


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


def may_make_ledger(user: Any, unit: Unit | None) -> bool:
    """The unit itself, or a level above it."""
    return may(user, Can.LEDGER_MAKE, unit)


def may_close_year(user: Any, city: Unit | None) -> bool:
    """Shut a work year of the city, and open it again."""
    return may(user, Can.YEAR_CLOSE, city)
