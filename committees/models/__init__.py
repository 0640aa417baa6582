from committees.models.five_haves import FiveHavesAnswer, FiveHavesCheck, FiveHavesRound
from committees.models.handovers import DistinctPeople, Handover, PersonMerge, ReturnedSheet
from committees.models.imports import ImportMapping, ImportRun
from committees.models.obligations import ObligationItem, ObligationSet
from committees.models.people import Person, RoleGrant, User
from committees.models.team import CommitteeDocument, TeamInvitation, TeamRules
from committees.models.terms import Committee, CommitteeService, CommitteeTerm, Post
from committees.models.unit_changes import CoverageThreshold, UnitChange, UnitSuccession
from committees.models.units import Unit, UnitMembership, UnitPeriod, UnitYear
from committees.models.workdays import SpecialDay

__all__ = [
    "Committee",
    "CommitteeDocument",
    "CommitteeService",
    "CommitteeTerm",
    "CoverageThreshold",
    "DistinctPeople",
    "FiveHavesAnswer",
    "FiveHavesCheck",
    "FiveHavesRound",
    "Handover",
    "ImportMapping",
    "ImportRun",
    "ObligationItem",
    "ObligationSet",
    "Person",
    "PersonMerge",
    "Post",
    "ReturnedSheet",
    "RoleGrant",
    "SpecialDay",
    "TeamInvitation",
    "TeamRules",
    "Unit",
    "UnitChange",
    "UnitMembership",
    "UnitPeriod",
    "UnitSuccession",
    "UnitYear",
    "User",
]
