"""The lives of an implementation plan and of an entry, as steps between their states."""

from portal.kernel.workflow import Step, Workflow
from reading_program.choices import EntryState as E
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

ENTRY = Workflow(
    "entry",
    "state",
    {
        "submit": Step({E.DRAFT}, E.SUBMITTED, "报送"),
        "wait": Step({E.DRAFT}, E.RESERVE, "列入候补"),
        "promote": Step({E.RESERVE}, E.SUBMITTED, "递补"),
        "forward": Step({E.SUBMITTED}, E.CITY, "报市"),
        "send_back": Step({E.SUBMITTED, E.CITY}, E.RETURNED, "退回", needs_note=True),
        "resubmit": Step({E.RETURNED}, E.SUBMITTED, "重新报送"),
        "withdraw": Step(
            {E.DRAFT, E.RESERVE, E.SUBMITTED, E.RETURNED, E.CITY}, E.WITHDRAWN, "撤下"
        ),
    },
)
