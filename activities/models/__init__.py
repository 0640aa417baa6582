from activities.models.activities import Activity, ActivityFile, ActivityKind
from activities.models.appointments import Appointment
from activities.models.credits import Credit, CreditRule, ObligationCell
from activities.models.lectures import Lecture, LectureInvitation
from activities.models.mentors import (
    DispatchRules,
    DispatchSeason,
    LectureCourse,
    LectureTopic,
    Mentor,
    MentorPause,
    MentorTeam,
)
from activities.models.plans import PlanNode, PlanTask, WorkPlan

__all__ = [
    "Activity",
    "ActivityFile",
    "ActivityKind",
    "Appointment",
    "Credit",
    "CreditRule",
    "DispatchRules",
    "DispatchSeason",
    "Lecture",
    "LectureCourse",
    "LectureInvitation",
    "LectureTopic",
    "Mentor",
    "MentorPause",
    "MentorTeam",
    "ObligationCell",
    "PlanNode",
    "PlanTask",
    "WorkPlan",
]
