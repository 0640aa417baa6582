"""The life of an implementation plan: 草稿 → 待审核 → 已通过, with 退回 and 撤回 beside it."""

from portal.kernel.workflow import Step, Workflow
from reading_program.choices import PlanState as S

PLAN = Workflow(
    "reading_plan",
    "state",
    {
        "submit": Step({S.DRAFT, S.RETURNED}, S.SUBMITTED, "提交"),
        "withdraw": Step({S.SUBMITTED}, S.DRAFT, "撤回"),
        "accept": Step({S.SUBMITTED}, S.ACCEPTED, "通过"),
        "send_back": Step({S.SUBMITTED, S.ACCEPTED}, S.RETURNED, "退回", needs_note=True),
    },
)
