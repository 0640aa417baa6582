"""The life of an issue, 编辑 → 核稿 → 签发 → 排印, and of a closed year.

An issue gets its number when it is printed. A year is shut from its first state on.
"""

from evaluations.choices import BulletinState as S
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
