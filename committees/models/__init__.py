from committees.models.imports import ImportMapping, ImportRun
from committees.models.obligations import ObligationItem, ObligationSet
from committees.models.people import Person, RoleGrant, User
from committees.models.terms import Committee, CommitteeService, CommitteeTerm, Post
from committees.models.units import Unit, UnitMembership, UnitPeriod, UnitYear

__all__ = [
    "Committee",
    "CommitteeService",
    "CommitteeTerm",
    "ImportMapping",
    "ImportRun",
    "ObligationItem",
    "ObligationSet",
    "Person",
    "Post",
    "RoleGrant",
    "Unit",
    "UnitMembership",
    "UnitPeriod",
    "UnitYear",
    "User",
]
