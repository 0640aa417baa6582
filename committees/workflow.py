"""The life of a yearly 五有 check, and of an invitation into the team of mentors."""

from committees.choices import CheckState as S
from committees.choices import TeamInvitationState as I
from portal.kernel.workflow import Step, Workflow

FIVE_HAVES = Workflow(
    "five_haves",
    "state",
    {
        "submit": Step({S.DRAFT, S.RETURNED}, S.SUBMITTED, "交上去"),
        "withdraw": Step({S.SUBMITTED}, S.DRAFT, "撤回"),
        "confirm": Step({S.SUBMITTED}, S.CONFIRMED, "复核"),
        "send_back": Step({S.SUBMITTED}, S.RETURNED, "退回", needs_note=True),
        "reopen": Step({S.CONFIRMED}, S.SUBMITTED, "重新复核", needs_note=True),
    },
)

TEAM_INVITATION = Workflow(
    "team_invitation",
    "state",
    {
        "accept": Step({I.INVITED, I.DECLINED}, I.ACCEPTED, "记下“答应”"),
        "decline": Step({I.INVITED}, I.DECLINED, "记下“暂不参加”", needs_note=True),
    },
)
