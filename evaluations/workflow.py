"""The lives of an issue, of an appraisal and of a closed year.

An issue: 编辑 → 核稿 → 签发 → 排印; it gets its number when it is printed.
An appraisal: 自评 → 初评 → 复评 → 命名.
A year is shut from its first state on.
"""

from evaluations.choices import AppraisalState as A
from evaluations.choices import BulletinState as S
from evaluations.choices import CampaignState as C
from evaluations.choices import RubricState as R
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
        "close": Step({C.OPEN}, C.CLOSED, "结束"),
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
        "name": Step({A.DECIDED}, A.NAMED, "命名"),
    },
)

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
