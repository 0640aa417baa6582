"""Words of appraisal and bulletins."""

from django.db.models import TextChoices


class Cadence(TextChoices):
    MONTH = "month", "每月"
    QUARTER = "quarter", "每季度"
    YEAR = "year", "每年"


class BulletinState(TextChoices):
    DRAFT = "draft", "编辑中"
    REVIEWING = "reviewing", "待核稿"
    SIGNING = "signing", "待签发"
    SIGNED = "signed", "已签发，排印中"
    ISSUED = "issued", "已印发"


# How a headline says that a unit did this kind of thing; a kind not named here takes 开展.
KIND_VERBS = {
    "promotion_meeting": "召开",
    "full_meeting": "召开",
    "training": "组织",
    "report_heard": "召开会议",
    "party_study": "召开会议",
    "party_deploy": "召开会议",
    "party_assess": "召开会议",
}
OTHER_VERB = "开展"
VERBS = (
    *("召开", "开展", "举办", "举行", "组织", "听取", "研究", "部署", "布置", "走访", "慰问"),
    *("学习", "走进", "启动", "表彰", "共建", "讲", "看望", "参观", "交流", "座谈"),
)
