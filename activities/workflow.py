"""The life of a record: 草稿 → 待审核 → 已通过, with 退回, 撤回 and 作废 beside it."""

from activities.choices import ActivityState as S
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
