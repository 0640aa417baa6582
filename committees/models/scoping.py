"""What a person may see: every list starts from `visible_to(user)`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Q

from committees.policy import READ_OF_PREDECESSORS, ROLE_POWERS, Can, Reach, Role

if TYPE_CHECKING:
    from committees.models.people import User

STEP = 4  # characters of one level in a treebeard path

M = TypeVar("M", bound=models.Model)


def covers(reach: Reach, grant_path: str, unit_path: str) -> bool:
    """True when a power of this reach, granted at `grant_path`, covers the unit."""
    if reach is Reach.HERE:
        return unit_path == grant_path
    if reach is Reach.BELOW:
        return unit_path.startswith(grant_path) and unit_path != grant_path
    if reach is Reach.BRANCH:
        return unit_path.startswith(grant_path)
    return unit_path.startswith(grant_path[:STEP])


def grants_of(user: User, *, on: date | None = None) -> list[tuple[Role, str, int]]:
    """(role, unit path, unit id) of today's grants, read once a request and kept on the user."""
    if not user.is_authenticated or not user.is_active:
        return []
    if on is not None:
        return user.read_grants(on)
    if user.grants_cache is None:
        user.grants_cache = user.read_grants(None)
    return user.grants_cache


def reaches(user: User, can: Can) -> list[tuple[Reach, str]]:
    """Where the user's roles give this power; what a unit carries on for is read with its own."""
    found = []
    for role, path, _ in grants_of(user):
        reach = ROLE_POWERS[role].get(can)
        if reach is None:
            continue
        found.append((reach, path))
        if reach is Reach.HERE and can in READ_OF_PREDECESSORS:
            found += [(reach, gone) for gone in user.carries_on.get(path, ())]
    return found


def scope_q(user: User, can: Can, path_field: str) -> Q:
    """The rows whose unit path is covered by this power; matches nothing without one."""
    q = Q(pk__in=[])
    for reach, path in reaches(user, can):
        if reach is Reach.HERE:
            q |= Q(**{path_field: path})
        elif reach is Reach.BELOW:
            q |= Q(**{f"{path_field}__startswith": path}) & ~Q(**{path_field: path})
        elif reach is Reach.BRANCH:
            q |= Q(**{f"{path_field}__startswith": path})
        else:
            q |= Q(**{f"{path_field}__startswith": path[:STEP]})
    return q


def written_q(user: Any, can: Can, *fields: str) -> Q:
    """What somebody entered stays theirs to read when the post has gone to another (换人).

    Nothing for who sees the whole city by `can` anyway: the lists stay on their index.
    """
    if not user.is_authenticated or any(len(path) == STEP for _, path in reaches(user, can)):
        return Q(pk__in=[])
    q = Q(pk__in=[])
    for field in fields:
        q |= Q(**{field: user})
    return q


class ScopedQuerySet(models.QuerySet[M]):
    """A queryset that knows the path of its unit and the power needed to see a row."""

    unit_path = "unit__path"
    view_power: Can = Can.UNIT_VIEW

    def visible_to(self, user: Any) -> Self:
        return self.reachable_by(user, self.view_power)

    def reachable_by(self, user: Any, can: Can) -> Self:
        return self.filter(scope_q(user, can, self.unit_path))
