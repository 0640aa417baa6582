"""Who is told what about an implementation plan."""

from committees.models import Unit, User
from committees.notices import author_or_successor
from committees.policy import Can, Role
from portal.kernel import calendar, notices
from reading_program.models import ImplementationPlan, Objection, Publicity

REVIEWERS = {Role.BUREAU_STAFF, Role.OFFICE_SECRETARY}


def tell_receiver(plan: ImplementationPlan) -> None:
    """Those who look after the unit one level up learn that its plan has come."""
    above = Unit.objects.get_parent(plan.unit)
    people = User.objects.filter(
        grants__unit=above,
        grants__role__in=REVIEWERS,
        grants__period__contains=calendar.today(),
        is_active=True,
    )
    notices.notify(people, f"{plan.unit}交来读书活动实施方案，等您审核", _link(plan))


def tell_author(plan: ImplementationPlan, text: str) -> None:
    people = author_or_successor(plan.submitted_by, plan.unit, Can.READING_SUBMIT)
    notices.notify(people, text, _link(plan))


def tell_entrant(author: User | None, unit: Unit, *, text: str, link: str) -> None:
    """Who handed an entry in, or holds the work now, learns how it stands."""
    notices.notify(author_or_successor(author, unit, Can.READING_SUBMIT), text, link)


def _link(plan: ImplementationPlan) -> str:
    return f"/reading/plans/{plan.pk}/"


def tell_schools(publicity: Publicity, units: set[int]) -> None:
    """The schools with an award learn that the list is public."""
    people = User.objects.filter(
        grants__unit__in=units,
        grants__role=Role.SCHOOL_SECRETARY,
        grants__period__contains=calendar.today(),
        is_active=True,
    ).order_by("pk")
    text = f"{publicity.edition}评出来了，看看本校获了哪些奖"
    notices.notify(people, text, f"/reading/{publicity.edition_id}/awards/")


def tell_bureau(objection: Objection) -> None:
    """Who objects is not in the message: it is read on the page alone."""
    people = User.objects.filter(
        grants__unit=objection.publicity.edition.city,
        grants__role=Role.BUREAU_STAFF,
        grants__period__contains=calendar.today(),
        is_active=True,
    ).order_by("pk")
    link = f"/reading/objections/{objection.pk}/"
    notices.notify(people, "收到一件对获奖名单的实名异议，等您处理", link)
