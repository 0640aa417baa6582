"""The lives of an issue, of an appraisal and of a closed year.

An issue: 编辑 → 核稿 → 签发 → 排印; it gets its number when it is printed.
An official paper: 拟稿 → 核稿 → 签发, with its number → 印发, and perhaps 撤回.
An appraisal: 自评 → 初评 → 复评 → 命名. A campaign: 筹备 → 进行 → 定分 → 公示 → 结束.
A unit's yearly bulletin: 写 → 交 → (教办看过) → 评议; appraised, it stands.
A unit's yearly statistics: 填 → 审签 → 上报 → 收下; signed, only a dated correction changes it.
A year is shut from its first state on.
"""

from evaluations.choices import AnnualState as N
from evaluations.choices import AppraisalState as A
from evaluations.choices import BulletinState as S
from evaluations.choices import CampaignState as C
from evaluations.choices import Column
from evaluations.choices import MendingState as M
from evaluations.choices import ObjectionState as O
from evaluations.choices import PaperState as W
from evaluations.choices import RecommendationState as P
from evaluations.choices import ReportState as F
from evaluations.choices import RubricState as R
from evaluations.choices import TableState as B
from evaluations.choices import TitleState as T
from evaluations.choices import YearState as Y
from portal.kernel.workflow import Step, Workflow

BULLETIN = Workflow(
    "bulletin",
    "state",
    {
        "submit": Step({S.DRAFT}, S.REVIEWING, "送审"),
        "approve": Step({S.REVIEWING}, S.SIGNING, "核稿通过"),
        # Who signs has read it: a house with one editor needs no third person in between.
        "sign": Step({S.REVIEWING, S.SIGNING}, S.SIGNED, "签发"),
        "send_back": Step({S.REVIEWING, S.SIGNING, S.SIGNED}, S.DRAFT, "退回修改", needs_note=True),
        "issue": Step({S.SIGNED}, S.ISSUED, "印发"),
    },
)

# Its number is given with the signature and stays its own, also when it is withdrawn.
PAPER = Workflow(
    "paper",
    "state",
    {
        "submit": Step({W.DRAFT}, W.REVIEWING, "送审"),
        "approve": Step({W.REVIEWING}, W.SIGNING, "核稿通过"),
        "sign": Step({W.REVIEWING, W.SIGNING}, W.SIGNED, "签发"),
        "send_back": Step({W.REVIEWING, W.SIGNING}, W.DRAFT, "退回修改", needs_note=True),
        "issue": Step({W.SIGNED}, W.ISSUED, "印发"),
        "withdraw": Step({W.ISSUED}, W.WITHDRAWN, "撤回", needs_note=True),
    },
)

ANNUAL = Workflow(
    "annual",
    "state",
    {
        "submit": Step({N.DRAFT, N.RETURNED}, N.SUBMITTED, "交上去"),
        "read": Step({N.SUBMITTED}, N.READ, "看过，转给市局"),
        "send_back": Step({N.SUBMITTED, N.READ}, N.RETURNED, "退回修改", needs_note=True),
        "accept": Step({N.SUBMITTED, N.READ}, N.ACCEPTED, "评议"),
    },
)

TABLE = Workflow("statistics_table", "state", {"publish": Step({B.DRAFT}, B.PUBLISHED, "发布")})

# Who filled it in and who answers for it are two people; the office above takes it in.
STATISTICS = Workflow(
    "statistics",
    "state",
    {
        "hand_over": Step({F.FILLING, F.RETURNED}, F.FILLED, "交负责人审签"),
        "sign": Step({F.FILLED}, F.SIGNED, "签字上报"),
        "send_back": Step({F.FILLED, F.SIGNED}, F.RETURNED, "退回", needs_note=True),
        "gather": Step({F.SIGNED}, F.GATHERED, "收下"),
    },
)

YEAR = Workflow(
    "year",
    "state",
    {
        "seal": Step({Y.SEALING}, Y.SEALED, "封存"),
        "reopen": Step({Y.SEALING, Y.SEALED}, Y.REOPENED, "重新打开", needs_note=True),
    },
)

RUBRIC = Workflow("rubric", "state", {"publish": Step({R.DRAFT}, R.PUBLISHED, "发布")})

CAMPAIGN = Workflow(
    "campaign",
    "state",
    {
        "open": Step({C.PREPARING}, C.OPEN, "开始"),
        # From here on no points change; what is not decided by now takes no part.
        "freeze": Step({C.OPEN}, C.FROZEN, "定分"),
        "unfreeze": Step({C.FROZEN}, C.OPEN, "退回评分", needs_note=True),
        "publish": Step({C.FROZEN}, C.PUBLIC, "公示"),
        "close": Step({C.PUBLIC}, C.CLOSED, "结束"),
    },
)

OBJECTION = Workflow(
    "objection",
    "state",
    {
        O.UPHELD: Step({O.WAITING}, O.UPHELD, "认定属实", needs_note=True),
        O.DISMISSED: Step({O.WAITING}, O.DISMISSED, "维持原分", needs_note=True),
    },
)

MENDING = Workflow(
    "mending",
    "state",
    {
        "tell": Step({M.OPEN}, M.TOLD, "报整改", needs_note=True),
        "again": Step({M.TOLD}, M.OPEN, "退回再改", needs_note=True),
        "finish": Step({M.TOLD}, M.DONE, "销号"),
    },
)

RECOMMENDATION = Workflow(
    "recommendation",
    "state",
    {
        P.SENT: Step({P.PROPOSED}, P.SENT, "上报"),
        P.AWARDED: Step({P.SENT}, P.AWARDED, "记命名"),
        P.DROPPED: Step({P.PROPOSED, P.SENT}, P.DROPPED, "记未入选"),
        P.PROPOSED: Step({P.DROPPED}, P.PROPOSED, "重新推荐"),
    },
)

APPRAISAL = Workflow(
    "appraisal",
    "state",
    {
        "submit": Step({A.OPEN, A.RETURNED}, A.SUBMITTED, "提交自评"),
        # A unit under no office goes to the bureau at once.
        "submit_direct": Step({A.OPEN, A.RETURNED}, A.OFFICE_DONE, "提交自评"),
        "review": Step({A.SUBMITTED}, A.OFFICE_DONE, "完成初评"),
        "decide": Step({A.OFFICE_DONE}, A.DECIDED, "完成复评"),
        "return": Step({A.SUBMITTED, A.OFFICE_DONE}, A.RETURNED, "退回", needs_note=True),
        # An objection that was right; the bureau gives its column again.
        "reconsider": Step({A.DECIDED}, A.OFFICE_DONE, "重新复评", needs_note=True),
        "name": Step({A.DECIDED}, A.NAMED, "命名"),
    },
)

# The states in which each column is somebody's to fill in.
COLUMN_STATES = {
    Column.SELF: {A.OPEN, A.RETURNED},
    Column.OFFICE: {A.SUBMITTED},
    Column.CITY: {A.OFFICE_DONE},
}


def is_writable(column: str, *, state: str, campaign: str) -> bool:
    """Points change while the campaign is open, and once more where an objection was right:
    nothing but an upheld objection leaves an appraisal with the bureau after the freeze."""
    is_open = campaign == C.OPEN or column == Column.CITY
    return is_open and state in COLUMN_STATES[Column(column)]


# The yearly recheck; a title taken away is given again only by a new naming.
TITLE = Workflow(
    "title",
    "state",
    {
        T.KEPT: Step({T.KEPT, T.WARNED}, T.KEPT, "保持"),
        T.WARNED: Step({T.KEPT, T.WARNED}, T.WARNED, "限期整改", needs_note=True),
        T.REVOKED: Step({T.KEPT, T.WARNED}, T.REVOKED, "取消称号", needs_note=True),
    },
)
