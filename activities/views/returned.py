"""Lists of the work come back edited, by the pages every list comes back by."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from activities.imports import (
    returned_appointments,
    returned_courses,
    returned_lectures,
    returned_studios,
    returned_teams,
)
from activities.views.appointments import WHO_APPOINTS
from activities.views.courses import WHO_OFFERS
from activities.views.lectures import WHO_ORDERS
from activities.views.mentors import WHO_KEEPS as WHO_KEEPS_MENTORS
from activities.views.studios import WHO_KEEPS
from committees.http import PortalRequest
from committees.models.handovers import ReturnedKind
from committees.views.returned import Pages, hand_in, look, take_back

OURS = Pages(
    app="activities",
    lists={
        ReturnedKind.STUDIOS: returned_studios.LIST,
        ReturnedKind.COURSES: returned_courses.LIST,
        ReturnedKind.LECTURES: returned_lectures.LIST,
        ReturnedKind.APPOINTMENTS: returned_appointments.LIST,
        ReturnedKind.TEAMS: returned_teams.LIST,
    },
    shown_on={
        ReturnedKind.STUDIOS: "studios",
        ReturnedKind.COURSES: "courses",
        ReturnedKind.LECTURES: "lectures",
        ReturnedKind.APPOINTMENTS: "appointments",
        ReturnedKind.TEAMS: "mentor_teams",
    },
    refusals={
        ReturnedKind.STUDIOS: WHO_KEEPS,
        ReturnedKind.COURSES: WHO_OFFERS,
        ReturnedKind.LECTURES: WHO_ORDERS,
        ReturnedKind.APPOINTMENTS: WHO_APPOINTS,
        ReturnedKind.TEAMS: WHO_KEEPS_MENTORS,
    },
)


def list_return(request: PortalRequest, kind: str) -> HttpResponse:
    return hand_in(request, kind, OURS)


def list_returned(request: PortalRequest, pk: int) -> HttpResponse:
    return look(request, pk, OURS)


@require_POST
def list_returned_undo(request: PortalRequest, pk: int) -> HttpResponse:
    return take_back(request, pk, OURS)
