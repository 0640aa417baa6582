"""The life of a record: 草稿 → 待审核 → 已通过, with 退回, 撤回, 作废 beside it; and of a plan."""

from activities.choices import ActivityState as S
from activities.choices import PlanState
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

PLAN = Workflow("plan", "state", {"publish": Step({PlanState.DRAFT}, PlanState.PUBLISHED, "发布")})
