"""The life of a record: 草稿 → 待审核 → 已通过, and what lies beside it; of plans and lectures."""

from activities.choices import ActivityState as S
from activities.choices import (
    CoHostState,
    CorrectionState,
    CourseState,
    DecisionState,
    InvitationState,
    LectureState,
    PlanState,
)
from portal.kernel.workflow import Step, Workflow

ACTIVITY = Workflow(
    "activity",
    "state",
    {
        "submit": Step({S.DRAFT, S.RETURNED}, S.SUBMITTED, "提交"),
        "withdraw": Step({S.SUBMITTED}, S.DRAFT, "撤回"),
        "accept": Step({S.SUBMITTED}, S.ACCEPTED, "通过"),
        "send_back": Step({S.SUBMITTED}, S.RETURNED, "退回", needs_note=True),
        "void": Step({S.ACCEPTED, S.RETURNED, S.SUBMITTED}, S.VOIDED, "作废", needs_note=True),
    },
)

PLAN = Workflow(
    "plan",
    "state",
    {
        "publish": Step({PlanState.DRAFT}, PlanState.PUBLISHED, "发布"),
        "replace": Step({PlanState.PUBLISHED}, PlanState.REPLACED, "换成新的一版"),
    },
)

COURSE = Workflow(
    "course",
    "state",
    {
        "approve": Step({CourseState.SUBMITTED}, CourseState.APPROVED, "审定"),
        "send_back": Step({CourseState.SUBMITTED}, CourseState.RETURNED, "退回", needs_note=True),
        "resubmit": Step(
            {CourseState.SUBMITTED, CourseState.RETURNED, CourseState.APPROVED},
            CourseState.SUBMITTED,
            "重新送审",
        ),
        "retire": Step(
            {CourseState.SUBMITTED, CourseState.RETURNED, CourseState.APPROVED},
            CourseState.RETIRED,
            "停开",
        ),
    },
)

OPEN_LECTURE = {LectureState.INVITED, LectureState.CONFIRMED}

LECTURE = Workflow(
    "lecture",
    "state",
    {
        "invite": Step({LectureState.REQUESTED}, LectureState.INVITED, "请导师"),
        "accept": Step({LectureState.INVITED}, LectureState.CONFIRMED, "答应"),
        "decline": Step(OPEN_LECTURE, LectureState.REQUESTED, "推掉"),
        "expire": Step({LectureState.INVITED}, LectureState.REQUESTED, "按过期没有答复处理"),
        "take_back": Step(OPEN_LECTURE, LectureState.REQUESTED, "另行安排", needs_note=True),
        "deliver": Step({LectureState.CONFIRMED}, LectureState.DELIVERED, "记为已讲"),
        "cancel": Step(
            {LectureState.REQUESTED, *OPEN_LECTURE},
            LectureState.CANCELLED,
            "取消",
            needs_note=True,
        ),
    },
)

INVITATION = Workflow(
    "invitation",
    "state",
    {
        "accept": Step({InvitationState.WAITING}, InvitationState.ACCEPTED, "答应"),
        "decline": Step(
            {InvitationState.WAITING, InvitationState.ACCEPTED}, InvitationState.DECLINED, "推掉"
        ),
        "expire": Step({InvitationState.WAITING}, InvitationState.EXPIRED, "过期没有答复"),
        "withdraw": Step(
            {InvitationState.WAITING, InvitationState.ACCEPTED},
            InvitationState.WITHDRAWN,
            "撤回邀请",
        ),
    },
)

# A unit may think again: the record then counts for it, or no longer.
COHOST = Workflow(
    "cohost",
    "state",
    {
        "confirm": Step({CoHostState.ASKED, CoHostState.DECLINED}, CoHostState.CONFIRMED, "确认"),
        "decline": Step(
            {CoHostState.ASKED, CoHostState.CONFIRMED},
            CoHostState.DECLINED,
            "说明没有共办",
            needs_note=True,
        ),
    },
)

# What a meeting decided: closed by a report, opened again where the report was too hopeful.
DECISION = Workflow(
    "decision",
    "state",
    {
        "finish": Step({DecisionState.OPEN}, DecisionState.DONE, "记为办完了"),
        "drop": Step({DecisionState.OPEN}, DecisionState.DROPPED, "不办了", needs_note=True),
        "reopen": Step({DecisionState.DONE, DecisionState.DROPPED}, DecisionState.OPEN, "重新打开"),
    },
)

CORRECTION = Workflow(
    "correction",
    "state",
    {
        "agree": Step({CorrectionState.ASKED}, CorrectionState.AGREED, "同意更正"),
        "refuse": Step(
            {CorrectionState.ASKED}, CorrectionState.REFUSED, "不同意更正", needs_note=True
        ),
    },
)
