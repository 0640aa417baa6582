from activities.models.activities import Activity, ActivityFile
from activities.models.appointments import Appointment
from activities.models.attendance import Attendee, PaperForm, SignIn
from activities.models.corrections import Correction
from activities.models.credits import Credit, CreditRule, ObligationCell
from activities.models.decisions import Decision, DecisionReport
from activities.models.joint import CoHost
from activities.models.kinds import ActivityKind, KindField
from activities.models.lectures import Lecture, LectureInvitation
from activities.models.mentors import (
    DispatchRules,
    DispatchSeason,
    LectureCourse,
    LectureTopic,
    Mentor,
    MentorPause,
    MentorTeam,
    MentorTeamTerm,
)
from activities.models.minutes import MinutesDraft, MinutesVersion
from activities.models.obligation_cases import ObligationRelief, ObligationWindow
from activities.models.partners import Partner, PartnerActivity, PartnerAgreement
from activities.models.plan_work import TaskRecord, TaskWork
from activities.models.plans import PlanNode, PlanTask, WorkPlan
from activities.models.reviewing import ReviewRules, SilentReview
from activities.models.rule_changes import RuleChange
from activities.models.series import Series, SeriesMeeting
from activities.models.studios import (
    Studio,
    StudioActivity,
    StudioMember,
    StudioPlan,
    StudioRules,
)

__all__ = [
    "Activity",
    "ActivityFile",
    "ActivityKind",
    "Appointment",
    "Attendee",
    "CoHost",
    "Correction",
    "Credit",
    "CreditRule",
    "Decision",
    "DecisionReport",
    "DispatchRules",
    "DispatchSeason",
    "KindField",
    "Lecture",
    "LectureCourse",
    "LectureInvitation",
    "LectureTopic",
    "Mentor",
    "MentorPause",
    "MentorTeam",
    "MentorTeamTerm",
    "MinutesDraft",
    "MinutesVersion",
    "ObligationCell",
    "ObligationRelief",
    "ObligationWindow",
    "PaperForm",
    "Partner",
    "PartnerActivity",
    "PartnerAgreement",
    "PlanNode",
    "PlanTask",
    "ReviewRules",
    "RuleChange",
    "Series",
    "SeriesMeeting",
    "SignIn",
    "SilentReview",
    "Studio",
    "StudioActivity",
    "StudioMember",
    "StudioPlan",
    "StudioRules",
    "TaskRecord",
    "TaskWork",
    "WorkPlan",
]
