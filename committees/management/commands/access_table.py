"""manage.py access_table: print the access table of policy.py into docs/access.md, or check it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from committees.choices import UnitKind
from committees.policy import (
    READ_OF_PREDECESSORS,
    ROLE_GIVES,
    ROLE_PLACES,
    ROLE_POWERS,
    Can,
    Reach,
    Role,
)

MEANING: dict[Can, str] = {
    Can.UNIT_VIEW: "see units, committees and their posts",
    Can.UNIT_EDIT: "open, correct, move and close units; say that a committee exists",
    Can.PEOPLE_VIEW: "see the register of 五老 with masked telephone numbers",
    Can.PEOPLE_EDIT: "enter and correct people, give and end posts",
    Can.PHONE_REVEAL: "see a whole telephone number; each look is kept",
    Can.ACCOUNT_MANAGE: "open accounts, reset first passwords, end roles",
    Can.IMPORT_RUN: "import a roster and take it back",
    Can.PLAN_VIEW: "read the published work points and obligation sets",
    Can.PLAN_EDIT: "draft and publish work points",
    Can.ACTIVITY_VIEW: "read records that were handed in",
    Can.ACTIVITY_LOG: "write records, drafts included",
    Can.ACTIVITY_REVIEW: "accept, return, void records, decline credits; never of one's own unit",
    Can.KIND_EDIT: "edit the kinds of activity and what each of them asks",
    Can.MENTOR_VIEW: "see the mentor team and the course menu, without telephone numbers",
    Can.MENTOR_EDIT: "enrol mentors, approve outlines, appoint and renew",
    Can.LECTURE_VIEW: "see lectures and appointments of these units",
    Can.LECTURE_REQUEST: "order lectures, say how they went, rate them",
    Can.LECTURE_DISPATCH: "send mentors, note their answers, withdraw and cancel",
    Can.LECTURE_GIVE: "answer invitations to oneself, see the own card and calendar",
    Can.STUDIO_VIEW: "see studios, their members and plans",
    Can.STUDIO_EDIT: "open, correct and close studios, keep members and plans",
    Can.PARTNER_VIEW: "see partners and agreements, with masked telephone numbers",
    Can.PARTNER_EDIT: "enter partners, keep their agreements",
    Can.OBLIGATION_VIEW: "see the obligations board",
    Can.OBLIGATION_EDIT: "draft an obligation set and put it in force",
    Can.FIVE_HAVES_VIEW: "read yearly 五有 checks that were handed in",
    Can.FIVE_HAVES_FILL: "fill in a unit's 五有 check",
    Can.FIVE_HAVES_REVIEW: "find whether the five hold; never for one's own unit",
    Can.FIVE_GOOD_VIEW: "see a unit's points of the five goods, tables and titles",
    Can.FIVE_GOOD_FILL: "fill in a unit's own points and sign them",
    Can.FIVE_GOOD_AGREE: "agree with a unit's points for its Party organisation",
    Can.FIVE_GOOD_REVIEW: "give the office's points; never to a unit one fills in for",
    Can.FIVE_GOOD_DECIDE: "give the bureau's points",
    Can.FIVE_GOOD_EDIT: "publish tables of points, run campaigns, name and recheck titles",
    Can.READING_VIEW: "see published reading editions",
    Can.READING_EDIT: "prepare and publish editions, review plans",
    Can.ENTRY_VIEW: "see reading entries handed in, children's names among them",
    Can.JUDGE: "mark the blind copies given to oneself",
    Can.READING_SUBMIT: "write plans and entries; an office also reviews those of its schools",
    Can.BULLETIN_VIEW: "read issued bulletins",
    Can.BULLETIN_EDIT: "compose bulletins",
    Can.BULLETIN_SIGN: "sign bulletins",
    Can.ANNUAL_VIEW: "see yearly bulletins once handed in; appraised ones with their grades",
    Can.ANNUAL_WRITE: "write and hand in the unit's yearly bulletin; leave a word for another's",
    Can.ANNUAL_READ: "read a yearly bulletin before the bureau, pass it on or send it back",
    Can.ANNUAL_APPRAISE: "ask for yearly bulletins, appraise them or send them back",
    Can.STATISTICS_VIEW: "see yearly statistics with the rows behind each number",
    Can.STATISTICS_FILL: "fill in the yearly statistics; correct them after they were signed",
    Can.STATISTICS_SIGN: "look over and sign what another has filled in",
    Can.STATISTICS_GATHER: "take in the statistics of units below, send them back, urge",
    Can.STATISTICS_EDIT: "draft and publish the form, say by when it is due",
    Can.AUDIT_VIEW: "read the audit trail",
    Can.CALL_LIST: "see whom a message did not reach, and print their numbers; each print is kept",
    Can.REQUEST_EDIT: "ask units for data, with basis and price; set the ceiling of the burden",
    Can.REQUEST_ANSWER: "answer a data request for a unit",
    Can.BURDEN_VIEW: "see what was asked of units and what it cost them",
    Can.LEDGER_VIEW: "open the yearly ledger, see which box lacks what",
    Can.LEDGER_MAKE: "make the ledger",
    Can.YEAR_CLOSE: "close a work year and open it again",
    Can.FACE_EDIT: "say what of a committee anybody may read without signing in",
}
WORDS = {
    Reach.HERE: "own unit",
    Reach.BELOW: "below",
    Reach.BRANCH: "own and below",
    Reach.CITY: "whole city",
}
PLACE = settings.BASE_DIR / "docs" / "access.md"


class Command(BaseCommand):
    help = "Write docs/access.md from committees/policy.py; with --check only compare"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="exit 1 when the page is stale")
        parser.add_argument("--file", type=Path, default=PLACE)

    def handle(self, *args: Any, **options: Any) -> None:
        place: Path = options["file"]
        page = page_of_policy()
        if not options["check"]:
            place.write_text(page, encoding="utf-8")
            return
        if not place.exists() or place.read_text(encoding="utf-8") != page:
            raise CommandError(f"{place.name} is stale: run manage.py access_table")


def page_of_policy() -> str:
    """The whole page: powers by role, where a role is held, who hands it out."""
    heads = [role.label for role in Role]
    lines = [
        "# Who may do what",
        "",
        "Written by `manage.py access_table` from `committees/policy.py`; a test holds it true.",
        "Change the table there, never here.",
        "",
        "A grant gives a role at one unit for a time. A cell says how far the power then reaches,",
        "seen from that unit; an empty cell is no. Anonymous visitors only see the sign-in page.",
        "",
        _line(["Power", "Means", *heads]),
        _line(["---"] * (len(heads) + 2)),
        *(_line([f"`{can.value}`", MEANING[can], *map(_cell(can), Role)]) for can in Can),
        "",
        "What a school reads of itself it also reads of the closed schools it carries on for after",
        f"a merger, and never writes there: {_of_heirs()}.",
        "",
        "## Where a role is held, and who hands it out",
        "",
        _line(["Role", "Identifier", "Held at", "Given by"]),
        _line(["---"] * 4),
        *(_line([role.label, f"`{role.value}`", _places(role), _givers(role)]) for role in Role),
        "",
        "Rules beside the table: nobody reviews the work of their own unit; nobody resets a",
        "password or ends a role that they could not have given; nobody ends their own. What is",
        "out of reach is not found (404); what is in reach and not allowed says who can (403).",
        "",
    ]
    return "\n".join(lines)


def _of_heirs() -> str:
    return ", ".join(f"`{can.value}`" for can in Can if can in READ_OF_PREDECESSORS)


def _cell(can: Can) -> Any:
    def word(role: Role) -> str:
        reach = ROLE_POWERS[role].get(can)
        return WORDS[reach] if reach else ""

    return word


def _places(role: Role) -> str:
    return "、".join(kind.label for kind in UnitKind if kind in ROLE_PLACES[role])


def _givers(role: Role) -> str:
    return "、".join(giver.label for giver in Role if role in ROLE_GIVES.get(giver, frozenset()))


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
