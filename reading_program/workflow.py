"""The lives of plans, entries and what judging is made of, as steps between their states."""

from portal.kernel.workflow import Step, Workflow
from reading_program.choices import BatchState as B
from reading_program.choices import CertificateState as T
from reading_program.choices import CopyState as C
from reading_program.choices import EntryState as E
from reading_program.choices import ListState as L
from reading_program.choices import ObjectionState as O
from reading_program.choices import PlanState as S
from reading_program.choices import PublicityState as P
from reading_program.choices import RoundState as R
from reading_program.choices import SheetState as H

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
        "decline": Step({E.SUBMITTED}, E.DECLINED, "不推荐", needs_note=True),
        "withdraw": Step(
            {E.DRAFT, E.RESERVE, E.SUBMITTED, E.RETURNED, E.CITY}, E.WITHDRAWN, "撤下"
        ),
    },
)

BATCH = Workflow(
    "entry_batch",
    "state",
    {
        "carry_out": Step({B.TRIAL}, B.DONE, "登记"),
        "take_back": Step({B.DONE}, B.UNDONE, "撤销"),
    },
)

ROUND = Workflow(
    "judging_round",
    "state",
    {
        "open": Step({R.PREPARING}, R.OPEN, "开评"),
        "close": Step({R.OPEN}, R.CLOSED, "结束评审"),
    },
)

COPY = Workflow("blind_copy", "state", {"clear": Step({C.WAITING, C.CLEARED}, C.CLEARED, "放行")})

SHEET = Workflow(
    "score_sheet",
    "state",
    {
        "submit": Step({H.DRAFT}, H.SUBMITTED, "交分"),
        "decline": Step({H.DRAFT}, H.DECLINED, "回避", needs_note=True),
    },
)

RESULT_LIST = Workflow(
    "result_list",
    "state",
    {
        "publish": Step({L.PENDING}, L.PUBLISHED, "公布"),
        "finish": Step({L.PUBLISHED}, L.FINAL, "转为正式"),
    },
)

PUBLICITY = Workflow("publicity", "state", {"end": Step({P.OPEN}, P.ENDED, "结束公示")})

OBJECTION = Workflow(
    "objection",
    "state",
    {
        "uphold": Step({O.RECEIVED}, O.UPHELD, "认定属实", needs_note=True),
        "dismiss": Step({O.RECEIVED}, O.DISMISSED, "认定不成立", needs_note=True),
    },
)

CERTIFICATE = Workflow(
    "certificate", "state", {"void": Step({T.VALID}, T.VOID, "作废", needs_note=True)}
)
