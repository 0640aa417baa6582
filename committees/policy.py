"""The one access table: which role may do what, and how far down the tree.

A grant gives a role at one unit for a time. `Reach` says which units a power then covers,
seen from that unit. Nothing else in the project decides access; see docs/access.md.
"""

from collections.abc import Mapping
from enum import Enum, StrEnum, auto

from django.db.models import TextChoices

from committees.choices import UnitKind


class Role(TextChoices):
    BUREAU_LEADER = "bureau_leader", "局领导"
    BUREAU_STAFF = "bureau_staff", "局关工委工作人员"
    OFFICE_SECRETARY = "office_secretary", "教办秘书长"
    SCHOOL_SECRETARY = "school_secretary", "学校（幼儿园）秘书"
    PARTY_CONTACT = "party_contact", "党组织联系人"
    TEACHER = "teacher", "参赛教师"
    JUDGE = "judge", "评委"
    MENTOR = "mentor", "关爱导师"
    AUDITOR = "auditor", "查账审计"


class Can(StrEnum):
    UNIT_VIEW = auto()
    UNIT_EDIT = auto()
    PEOPLE_VIEW = auto()
    PEOPLE_EDIT = auto()
    PHONE_REVEAL = auto()
    ACCOUNT_MANAGE = auto()
    IMPORT_RUN = auto()
    PLAN_VIEW = auto()
    PLAN_EDIT = auto()
    ACTIVITY_VIEW = auto()
    ACTIVITY_LOG = auto()
    ACTIVITY_REVIEW = auto()
    KIND_EDIT = auto()
    MENTOR_VIEW = auto()
    MENTOR_EDIT = auto()
    LECTURE_VIEW = auto()
    LECTURE_REQUEST = auto()
    LECTURE_DISPATCH = auto()
    LECTURE_GIVE = auto()
    STUDIO_VIEW = auto()
    STUDIO_EDIT = auto()
    PARTNER_VIEW = auto()
    PARTNER_EDIT = auto()
    OBLIGATION_VIEW = auto()
    OBLIGATION_EDIT = auto()
    FIVE_HAVES_VIEW = auto()
    FIVE_HAVES_FILL = auto()
    FIVE_HAVES_REVIEW = auto()
    FIVE_GOOD_VIEW = auto()
    FIVE_GOOD_FILL = auto()
    FIVE_GOOD_AGREE = auto()
    FIVE_GOOD_REVIEW = auto()
    FIVE_GOOD_DECIDE = auto()
    FIVE_GOOD_EDIT = auto()
    READING_VIEW = auto()
    READING_EDIT = auto()
    READING_SUBMIT = auto()
    ENTRY_VIEW = auto()
    JUDGE = auto()
    BULLETIN_VIEW = auto()
    BULLETIN_EDIT = auto()
    BULLETIN_SIGN = auto()
    ANNUAL_VIEW = auto()
    ANNUAL_WRITE = auto()
    ANNUAL_READ = auto()
    ANNUAL_APPRAISE = auto()
    STATISTICS_VIEW = auto()
    STATISTICS_FILL = auto()
    STATISTICS_SIGN = auto()
    STATISTICS_GATHER = auto()
    STATISTICS_EDIT = auto()
    AUDIT_VIEW = auto()
    CALL_LIST = auto()
    REQUEST_EDIT = auto()
    REQUEST_ANSWER = auto()
    BURDEN_VIEW = auto()
    LEDGER_VIEW = auto()
    LEDGER_MAKE = auto()
    YEAR_CLOSE = auto()
    FACE_EDIT = auto()


class Reach(Enum):
    HERE = "here"  # the unit of the grant alone
    BELOW = "below"  # everything under it, never itself
    BRANCH = "branch"  # itself and everything under it
    CITY = "city"  # the whole city it stands in


HERE, BELOW, BRANCH, CITY = Reach.HERE, Reach.BELOW, Reach.BRANCH, Reach.CITY

_EVERYONE: dict[Can, Reach] = {
    Can.PLAN_VIEW: CITY,
    Can.READING_VIEW: CITY,
    Can.BULLETIN_VIEW: CITY,
}

ROLE_POWERS: Mapping[Role, dict[Can, Reach]] = {
    Role.BUREAU_LEADER: _EVERYONE
    | {
        Can.UNIT_VIEW: BRANCH,
        Can.PEOPLE_VIEW: BRANCH,
        Can.ACTIVITY_VIEW: BRANCH,
        Can.MENTOR_VIEW: CITY,
        Can.LECTURE_VIEW: BRANCH,
        Can.STUDIO_VIEW: CITY,
        Can.PARTNER_VIEW: CITY,
        Can.OBLIGATION_VIEW: BRANCH,
        Can.FIVE_HAVES_VIEW: BRANCH,
        Can.FIVE_GOOD_VIEW: BRANCH,
        Can.BULLETIN_SIGN: BRANCH,
        Can.ANNUAL_VIEW: BRANCH,
        Can.STATISTICS_VIEW: BRANCH,
        Can.STATISTICS_SIGN: HERE,
        Can.ENTRY_VIEW: BRANCH,
        Can.AUDIT_VIEW: BRANCH,
        Can.BURDEN_VIEW: BRANCH,
        Can.LEDGER_VIEW: BRANCH,
        Can.FACE_EDIT: HERE,
    },
    Role.BUREAU_STAFF: _EVERYONE
    | {
        Can.UNIT_VIEW: BRANCH,
        Can.UNIT_EDIT: BRANCH,
        Can.PEOPLE_VIEW: BRANCH,
        Can.PEOPLE_EDIT: BRANCH,
        Can.PHONE_REVEAL: BRANCH,
        Can.ACCOUNT_MANAGE: BRANCH,
        Can.IMPORT_RUN: BRANCH,
        Can.PLAN_EDIT: BRANCH,
        Can.ACTIVITY_VIEW: BRANCH,
        Can.ACTIVITY_LOG: BRANCH,
        Can.ACTIVITY_REVIEW: BELOW,
        Can.KIND_EDIT: BRANCH,
        Can.MENTOR_VIEW: CITY,
        Can.MENTOR_EDIT: BRANCH,
        Can.LECTURE_VIEW: BRANCH,
        Can.STUDIO_VIEW: CITY,
        Can.PARTNER_VIEW: CITY,
        Can.STUDIO_EDIT: BRANCH,
        Can.PARTNER_EDIT: BRANCH,
        Can.LECTURE_REQUEST: BRANCH,
        Can.LECTURE_DISPATCH: BRANCH,
        Can.OBLIGATION_VIEW: BRANCH,
        Can.FIVE_HAVES_VIEW: BRANCH,
        Can.FIVE_HAVES_FILL: BRANCH,
        Can.FIVE_HAVES_REVIEW: BELOW,
        Can.FIVE_GOOD_VIEW: BRANCH,
        Can.FIVE_GOOD_REVIEW: BELOW,
        Can.FIVE_GOOD_DECIDE: BELOW,
        Can.FIVE_GOOD_EDIT: BRANCH,
        Can.OBLIGATION_EDIT: BRANCH,
        Can.READING_EDIT: BRANCH,
        Can.READING_SUBMIT: HERE,
        Can.ENTRY_VIEW: BRANCH,
        Can.BULLETIN_EDIT: BRANCH,
        Can.ANNUAL_VIEW: BRANCH,
        Can.ANNUAL_APPRAISE: BRANCH,
        Can.STATISTICS_VIEW: BRANCH,
        Can.STATISTICS_FILL: HERE,
        Can.STATISTICS_GATHER: BELOW,
        Can.STATISTICS_EDIT: BRANCH,
        Can.AUDIT_VIEW: BRANCH,
        Can.CALL_LIST: BELOW,
        Can.REQUEST_EDIT: BRANCH,
        Can.BURDEN_VIEW: BRANCH,
        Can.LEDGER_VIEW: BRANCH,
        Can.LEDGER_MAKE: BRANCH,
        Can.YEAR_CLOSE: BRANCH,
        Can.FACE_EDIT: BRANCH,
    },
    Role.OFFICE_SECRETARY: _EVERYONE
    | {
        Can.UNIT_VIEW: BRANCH,
        Can.PEOPLE_VIEW: BRANCH,
        Can.PEOPLE_EDIT: BRANCH,
        Can.PHONE_REVEAL: BRANCH,
        Can.ACCOUNT_MANAGE: BELOW,
        Can.ACTIVITY_VIEW: BRANCH,
        Can.ACTIVITY_LOG: BRANCH,  # an office enters for a school with nobody at a computer
        Can.ACTIVITY_REVIEW: BELOW,
        Can.MENTOR_VIEW: CITY,
        Can.MENTOR_EDIT: BRANCH,
        Can.LECTURE_VIEW: BRANCH,
        Can.STUDIO_VIEW: CITY,
        Can.PARTNER_VIEW: CITY,
        Can.STUDIO_EDIT: BRANCH,
        Can.PARTNER_EDIT: BRANCH,
        Can.LECTURE_REQUEST: BRANCH,
        Can.LECTURE_DISPATCH: BRANCH,
        Can.OBLIGATION_VIEW: BRANCH,
        Can.FIVE_HAVES_VIEW: BRANCH,
        Can.FIVE_HAVES_FILL: BRANCH,
        Can.FIVE_HAVES_REVIEW: BELOW,
        Can.FIVE_GOOD_VIEW: BRANCH,
        Can.FIVE_GOOD_FILL: HERE,
        Can.FIVE_GOOD_REVIEW: BELOW,
        Can.READING_SUBMIT: BRANCH,
        Can.ENTRY_VIEW: BRANCH,
        Can.BULLETIN_EDIT: HERE,
        Can.ANNUAL_VIEW: BRANCH,
        Can.ANNUAL_READ: BELOW,
        Can.STATISTICS_VIEW: BRANCH,
        Can.STATISTICS_FILL: BRANCH,  # as with records: for a school with nobody at a computer
        Can.STATISTICS_GATHER: BELOW,
        Can.CALL_LIST: BELOW,
        Can.REQUEST_ANSWER: BRANCH,
        Can.BURDEN_VIEW: BRANCH,
        Can.LEDGER_VIEW: BRANCH,
        Can.LEDGER_MAKE: BRANCH,
        Can.FACE_EDIT: HERE,
    },
    Role.SCHOOL_SECRETARY: _EVERYONE
    | {
        Can.UNIT_VIEW: HERE,
        Can.PEOPLE_VIEW: HERE,
        Can.PEOPLE_EDIT: HERE,
        Can.PHONE_REVEAL: HERE,
        Can.ACTIVITY_VIEW: HERE,
        Can.ACTIVITY_LOG: HERE,
        Can.MENTOR_VIEW: CITY,
        Can.LECTURE_VIEW: HERE,
        Can.STUDIO_VIEW: CITY,
        Can.PARTNER_VIEW: CITY,
        Can.STUDIO_EDIT: HERE,
        Can.PARTNER_EDIT: HERE,
        Can.LECTURE_REQUEST: HERE,
        Can.OBLIGATION_VIEW: HERE,
        Can.FIVE_HAVES_VIEW: HERE,
        Can.FIVE_HAVES_FILL: HERE,
        Can.FIVE_GOOD_VIEW: HERE,
        Can.FIVE_GOOD_FILL: HERE,
        Can.READING_SUBMIT: HERE,
        Can.ENTRY_VIEW: HERE,
        Can.ANNUAL_VIEW: HERE,
        Can.ANNUAL_WRITE: HERE,
        Can.STATISTICS_VIEW: HERE,
        Can.STATISTICS_FILL: HERE,
        Can.REQUEST_ANSWER: HERE,
        Can.BURDEN_VIEW: HERE,
        Can.LEDGER_VIEW: HERE,
        Can.LEDGER_MAKE: HERE,
    },
    Role.PARTY_CONTACT: _EVERYONE
    | {
        Can.UNIT_VIEW: HERE,
        Can.PEOPLE_VIEW: HERE,
        Can.ACTIVITY_VIEW: HERE,
        Can.ACTIVITY_LOG: HERE,
        Can.MENTOR_VIEW: CITY,
        Can.LECTURE_VIEW: HERE,
        Can.STUDIO_VIEW: CITY,
        Can.PARTNER_VIEW: CITY,
        Can.LECTURE_REQUEST: HERE,
        Can.OBLIGATION_VIEW: HERE,
        Can.FIVE_HAVES_VIEW: HERE,
        Can.FIVE_HAVES_FILL: HERE,
        Can.FIVE_GOOD_VIEW: HERE,
        Can.FIVE_GOOD_AGREE: HERE,
        Can.ANNUAL_VIEW: HERE,
        Can.STATISTICS_VIEW: HERE,
        Can.STATISTICS_SIGN: HERE,
        Can.REQUEST_ANSWER: HERE,
        Can.BURDEN_VIEW: HERE,
        Can.LEDGER_VIEW: HERE,
        Can.FACE_EDIT: HERE,
    },
    Role.TEACHER: {Can.READING_VIEW: CITY, Can.BULLETIN_VIEW: CITY},
    # A judge works behind a blind and sees nothing of the organisation.
    Role.JUDGE: {Can.JUDGE: CITY},
    Role.MENTOR: {Can.LECTURE_GIVE: HERE, Can.BULLETIN_VIEW: CITY},
    Role.AUDITOR: _EVERYONE
    | {
        Can.UNIT_VIEW: BRANCH,
        Can.PEOPLE_VIEW: BRANCH,
        Can.ACTIVITY_VIEW: BRANCH,
        Can.MENTOR_VIEW: CITY,
        Can.LECTURE_VIEW: BRANCH,
        Can.STUDIO_VIEW: CITY,
        Can.PARTNER_VIEW: CITY,
        Can.OBLIGATION_VIEW: BRANCH,
        Can.FIVE_HAVES_VIEW: BRANCH,
        Can.FIVE_GOOD_VIEW: BRANCH,
        Can.ANNUAL_VIEW: BRANCH,
        Can.STATISTICS_VIEW: BRANCH,
        Can.AUDIT_VIEW: BRANCH,
        Can.BURDEN_VIEW: BRANCH,
        Can.LEDGER_VIEW: BRANCH,
    },
}

# Who may read these of a school reads them of the closed schools it carries on for; never writes.
READ_OF_PREDECESSORS = frozenset({
    Can.UNIT_VIEW, Can.PEOPLE_VIEW, Can.ACTIVITY_VIEW, Can.LECTURE_VIEW, Can.FIVE_HAVES_VIEW,
})  # fmt: skip

# Where a role can be held at all.
ROLE_PLACES: Mapping[Role, frozenset[UnitKind]] = {
    Role.BUREAU_LEADER: frozenset({UnitKind.BUREAU}),
    Role.BUREAU_STAFF: frozenset({UnitKind.BUREAU}),
    Role.OFFICE_SECRETARY: frozenset({UnitKind.OFFICE}),
    Role.SCHOOL_SECRETARY: frozenset({UnitKind.SCHOOL, UnitKind.KINDERGARTEN}),
    Role.PARTY_CONTACT: frozenset({UnitKind.OFFICE, UnitKind.SCHOOL, UnitKind.KINDERGARTEN}),
    Role.TEACHER: frozenset({UnitKind.SCHOOL, UnitKind.KINDERGARTEN}),
    Role.JUDGE: frozenset({UnitKind.BUREAU}),
    Role.MENTOR: frozenset(UnitKind),
    Role.AUDITOR: frozenset({UnitKind.BUREAU}),
}

# Which roles a holder of ACCOUNT_MANAGE may hand out, within the reach of that power. An office
# never makes anybody of its own rank: it opens the accounts of its schools and nothing else.
ROLE_GIVES: Mapping[Role, frozenset[Role]] = {
    Role.BUREAU_STAFF: frozenset(Role),
    Role.OFFICE_SECRETARY: frozenset({Role.SCHOOL_SECRETARY, Role.PARTY_CONTACT}),
}
