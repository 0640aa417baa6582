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


class PaperKind(TextChoices):
    NOTICE = "notice", "通知"
    COMMENDATION = "commendation", "表彰决定"


class PaperState(TextChoices):
    DRAFT = "draft", "拟稿中"
    REVIEWING = "reviewing", "待核稿"
    SIGNING = "signing", "待签发"
    SIGNED = "signed", "已签发，排印中"
    ISSUED = "issued", "已印发"
    WITHDRAWN = "withdrawn", "已撤回"


class Audience(TextChoices):
    """To which units below the issuing one a paper goes."""

    ALL = "all", "所属各单位"
    OFFICES = "offices", "各教办"
    CHOSEN = "chosen", "点名的单位"


class AnnualSection(TextChoices):
    """The five fixed sections of a unit's yearly bulletin, in this order; values are its fields."""

    TEAM = "team", "班子建设"
    MAIN_WORK = "main_work", "主要工作"
    HIGHLIGHTS = "highlights", "特色亮点"
    INNOVATION = "innovation", "创新业绩"
    ROLE_MODELS = "role_models", "先进典范"


class AnnualState(TextChoices):
    DRAFT = "draft", "还在写"
    SUBMITTED = "submitted", "交上来了"
    READ = "read", "教办看过"
    RETURNED = "returned", "已退回"
    ACCEPTED = "accepted", "已评议"


class SourceKind(TextChoices):
    """What a drafted paragraph of a yearly bulletin rests on."""

    ACTIVITY = "activity", "活动记录"
    COMMITTEE = "committee", "关工委职务"
    PEOPLE = "people", "“五老”名册"
    FIGURES = "figures", "活动统计"
    STUDIO = "studio", "工作室"
    PARTNER = "partner", "合作伙伴"


class TableLevel(TextChoices):
    """Whose form it is; one of a level above takes its numbers from the city's own."""

    CITY = "city", "本市用"
    ABOVE = "above", "报上级用"


class TableState(TextChoices):
    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"


class ReportState(TextChoices):
    """How far a unit's 统计年报 is; from SIGNED on its numbers stand."""

    FILLING = "filling", "填写中"
    FILLED = "filled", "等负责人审签"
    SIGNED = "signed", "已签字上报"
    RETURNED = "returned", "已退回"
    GATHERED = "gathered", "上级已收下"


class PeerWord(TextChoices):
    THANKS = "thanks", "谢谢"
    ADVICE = "advice", "建议"


class YearState(TextChoices):
    SEALING = "sealing", "正在结转"
    SEALED = "sealed", "已结转封存"
    REOPENED = "reopened", "已重新打开"


class RubricState(TextChoices):
    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"


class CampaignState(TextChoices):
    PREPARING = "preparing", "筹备中"
    OPEN = "open", "进行中"
    FROZEN = "frozen", "已定分"
    PUBLIC = "public", "公示中"
    CLOSED = "closed", "已结束"


class Asking(TextChoices):
    """Which units a campaign asks."""

    ALL = "all", "全部单位"
    INVITED = "invited", "点名邀请"
    SAMPLE = "sample", "按比例抽"
    STRATA = "strata", "按头、中、尾抽"


class Way(TextChoices):
    DESK = "desk", "看材料"
    ONSITE = "onsite", "分组实地看"
    PEER = "peer", "推磨互查"


class RingOver(TextChoices):
    """Among whom a 推磨 goes round."""

    CITY = "city", "全市排成一圈"
    OFFICE = "office", "每个教办各排一圈"


class ObjectionState(TextChoices):
    WAITING = "waiting", "待核实"
    UPHELD = "upheld", "属实，重新复评"
    DISMISSED = "dismissed", "核实过，分数不变"


class MendingState(TextChoices):
    OPEN = "open", "待整改"
    TOLD = "told", "已报整改，待销号"
    DONE = "done", "已销号"


class RecommendationState(TextChoices):
    PROPOSED = "proposed", "拟推荐"
    SENT = "sent", "已上报"
    AWARDED = "awarded", "已命名"
    DROPPED = "dropped", "未入选"


class AppraisalState(TextChoices):
    """How far one unit's appraisal is; three columns of points are filled on the way."""

    OPEN = "open", "自评中"
    SUBMITTED = "submitted", "待教办初评"
    OFFICE_DONE = "office_done", "待市局复评"
    DECIDED = "decided", "已复评"
    NAMED = "named", "已命名"
    RETURNED = "returned", "已退回"


class Column(TextChoices):
    """Who gave the points. Nobody writes into another's column."""

    SELF = "self", "自评"
    OFFICE = "office", "初评"
    CITY = "city", "复评"


class TitleState(TextChoices):
    KEPT = "kept", "保持"
    WARNED = "warned", "限期整改"
    REVOKED = "revoked", "已取消"


# What a subject ends with says how a unit did it: 召开推进会, 组织培训, 举办展示会.
ENDINGS = (
    (
        ("推进会", "工作会", "会议", "座谈会", "例会", "汇报会", "动员会", "总结会", "部署会"),
        "召开",
    ),
    (("全体会", "委员会", "交流会", "研讨会", "启动会", "专题会"), "召开"),
    (("会", "比赛", "竞赛", "讲座", "展览", "展示", "仪式"), "举办"),
    (("培训", "学习", "集中学习"), "组织"),
)
OTHER_VERB = "开展"
# A subject that holds one of these says by itself what was done.
VERBS = (
    *("召开", "开展", "举办", "举行", "组织", "听取", "研究", "部署", "布置", "走访", "慰问"),
    *("走进", "进校园", "进课堂", "启动", "表彰", "看望", "参观", "考核", "检查", "调研", "赴"),
)
