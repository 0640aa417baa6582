"""Words of the work itself."""

from django.db.models import TextChoices


class ActivityState(TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "已退回"
    ACCEPTED = "accepted", "已通过"
    VOIDED = "voided", "已作废"


class ActivitySource(TextChoices):
    LOGGED = "logged", "本单位记录"
    PROXY = "proxy", "上级代填"
    IMPORTED = "imported", "表格导入"


class FileRole(TextChoices):
    PHOTO = "photo", "照片"
    DOCUMENT = "document", "材料"
    SHEET = "sheet", "签到表"  # names and signatures: evidence, and never a picture to publish


class AttendeeVia(TextChoices):
    """Which of the equal ways brought a name onto the list."""

    TICKED = "ticked", "名单上勾的"
    TYPED = "typed", "手工写的"
    SCANNED = "scanned", "扫码签的"


class CreditState(TextChoices):
    PENDING = "pending", "待审核"
    COUNTED = "counted", "已计入"
    DECLINED = "declined", "不计入"


class RequiredField(TextChoices):
    """What a credit rule may ask the record to hold before it counts."""

    MINUTES = "minutes", "写了会议内容"
    DECISIONS = "decisions", "写了议定事项"
    CHAIR = "chair", "写了主持人"
    FILES = "files", "附了材料或照片"


class CreditTarget(TextChoices):
    """Where a rule counts a record; one rule names one target."""

    OBLIGATION = "obligation", "义务"
    RUBRIC = "rubric", "创建评分项"
    STATISTIC = "statistic", "统计指标"
    BULLETIN = "bulletin", "简报候选"


class RuleAct(TextChoices):
    ADD = "add", "新增"
    EDIT = "edit", "修改"
    RETIRE = "retire", "停用"


class ReliefKind(TextChoices):
    """What one unit is granted for one item of the year."""

    WAIVED = "waived", "不要求"
    EXTENDED = "extended", "延期"


class ToldState(TextChoices):
    """What a unit says of a task that no record measures."""

    NOT_STARTED = "not_started", "未开始"
    UNDER_WAY = "under_way", "进行中"
    DONE = "done", "已完成"


class PlanState(TextChoices):
    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"
    REPLACED = "replaced", "已修订"  # a later version of the year stands in its place


class TaskScope(TextChoices):
    """Who a task of the year plan is for; the units follow from the tree."""

    CITY = "city", "市教育局关工委"
    ALL_OFFICES = "all_offices", "各教办"
    ALL_SCHOOLS = "all_schools", "各学校"
    ALL_KINDERGARTENS = "all_kindergartens", "各幼儿园"
    ALL_UNITS = "all_units", "各教办、各学校（幼儿园）"
    NAMED = "named", "指定的单位"


# slug, name, hint, order, on the first screen
STANDARD_KINDS: list[tuple[str, str, str, int, bool]] = [
    ("promotion_meeting", "工作推进会", "总结经验、布置任务、表彰先进", 10, True),
    ("training", "专题学习培训", "组织关工同志学习", 20, True),
    ("report_heard", "听取工作汇报", "党组织听取关工委汇报", 30, True),
    ("lecture", "主题宣讲", "“四史”、法治、心理、家风等", 40, True),
    ("reading", "读书活动", "“新时代好少年”主题教育读书", 50, True),
    ("care", "关爱帮扶", "结对、走访、慰问", 60, True),
    ("party_study", "党组织研究关工委工作", "同研究", 70, False),
    ("party_deploy", "党组织部署关工委工作", "同部署", 80, False),
    ("party_assess", "党组织考核关工委工作", "同考核", 90, False),
    ("parent_school", "家长学校", "家庭教育指导", 100, False),
    ("full_meeting", "全体成员会", "每学期至少一次", 110, False),
    ("partnership", "共建活动", "与社区、基地等共办", 120, False),
    ("other", "其他活动", "", 900, True),
]


class LectureState(TextChoices):
    REQUESTED = "requested", "待安排"
    INVITED = "invited", "待导师答复"
    CONFIRMED = "confirmed", "已确定"
    DELIVERED = "delivered", "已完成"
    CANCELLED = "cancelled", "已取消"


class InvitationState(TextChoices):
    WAITING = "waiting", "等答复"
    ACCEPTED = "accepted", "已答应"
    DECLINED = "declined", "去不了"
    EXPIRED = "expired", "过期没有答复"
    WITHDRAWN = "withdrawn", "已撤回"


class AnsweredVia(TextChoices):
    LINK = "link", "本人点链接"
    SIGNED_IN = "signed_in", "本人登录"
    PHONE = "phone", "电话，工作人员记下"


class DeclineReason(TextChoices):
    """Nothing about health: an elder owes nobody a diagnosis."""

    BUSY = "busy", "那天有事"
    FAR = "far", "路太远"
    TOPIC = "topic", "这个题目不合适"
    REST = "rest", "最近想歇一歇"
    OTHER = "other", "别的原因"


class DayPart(TextChoices):
    MORNING = "morning", "上午"
    AFTERNOON = "afternoon", "下午"
    EVENING = "evening", "晚上"


class LectureAudience(TextChoices):
    PUPILS = "pupils", "学生"
    PARENTS = "parents", "家长（家长学校）"
    TEACHERS = "teachers", "教师"


class TravelLimit(TextChoices):
    OWN_OFFICE = "own_office", "只在本片区"
    CITY = "city", "全市都可以"


class CourseState(TextChoices):
    SUBMITTED = "submitted", "待审定"
    APPROVED = "approved", "已审定"
    RETURNED = "returned", "已退回"
    RETIRED = "retired", "已停开"


class MentorRole(TextChoices):
    CARE_MENTOR = "care_mentor", "关爱导师"
    LECTURER = "lecturer", "讲师团讲师"
    COUNSELLOR = "counsellor", "校外辅导员"


class AppointmentEnd(TextChoices):
    """Why an appointment ended before its term; health is nobody's column here either."""

    OWN_WISH = "own_wish", "本人意愿"
    MOVED = "moved", "工作调整"
    OTHER = "other", "其他"


# What a city's menu starts with; a bureau edits the list afterwards as data.
STANDARD_TOPICS = (
    "党史国史", "英雄故事", "家风家教", "心理健康", "法治安全", "劳动与科学", "阅读与写作",
    "传统文化", "习惯养成", "生命教育", "幼小衔接", "家长课堂",
)  # fmt: skip


class MentorTeamKind(TextChoices):
    """Mentors who accompany pupils, or mentors who go out to lecture."""

    MENTORS = "mentors", "关爱导师团"
    LECTURERS = "lecturers", "讲师团"


class TeachingLevel(TextChoices):
    """Whom a team speaks to, by the level of their school."""

    KINDERGARTEN = "kindergarten", "幼儿园"
    PRIMARY = "primary", "小学"
    JUNIOR_HIGH = "junior_high", "初中"
    SENIOR_HIGH = "senior_high", "高中"
    VOCATIONAL = "vocational", "职高"
    PARENTS = "parents", "家长学校"


class PartnerKind(TextChoices):
    """Who helps from outside: communities, practice bases, associations, offices, firms."""

    COMMUNITY = "community", "社区（村）"
    BASE = "base", "实践教育基地"
    PLATFORM = "platform", "实践育人平台"
    RETIRED = "retired", "退教协会"
    ASSOCIATION = "association", "社会团体"
    AUTHORITY = "authority", "机关单位"
    COMPANY = "company", "企业"
    OTHER = "other", "其他"


class CoHostState(TextChoices):
    ASKED = "asked", "待确认"
    CONFIRMED = "confirmed", "已确认"
    DECLINED = "declined", "没有共办"


class FieldType(TextChoices):
    """What a field of one kind of activity holds."""

    TEXT = "text", "文字"
    NUMBER = "number", "数字"
    CHOICE = "choice", "几个里选一个"
    DATE = "date", "日期"


class Rhythm(TextChoices):
    """How often a meeting of a series comes round."""

    MONTHLY = "monthly", "每月"
    QUARTERLY = "quarterly", "每季度"
    TERMLY = "termly", "每半年"


class DecisionState(TextChoices):
    OPEN = "open", "还在办"
    DONE = "done", "办完了"
    DROPPED = "dropped", "不办了"


class CorrectionState(TextChoices):
    ASKED = "asked", "等上级同意"
    AGREED = "agreed", "已更正"
    REFUSED = "refused", "没有同意"


# kind → its own few fields: label, type, the answers of a choice. None is ever required.
STANDARD_FIELDS: dict[str, list[tuple[str, FieldType, tuple[str, ...]]]] = {
    "promotion_meeting": [
        ("部署任务几项", FieldType.NUMBER, ()),
        ("表彰先进", FieldType.TEXT, ()),
    ],
    "training": [
        ("学习文件", FieldType.TEXT, ()),
        ("培训形式", FieldType.CHOICE, ("集中学习", "外出参观", "专家讲座", "线上学习")),
        ("培训学时", FieldType.NUMBER, ()),
    ],
    "report_heard": [
        ("汇报人", FieldType.TEXT, ()),
        ("听取汇报的会议", FieldType.CHOICE, ("党组（党委）会", "党支部会", "校务会", "专题会")),
        ("党组织的意见", FieldType.TEXT, ()),
    ],
    "lecture": [
        ("宣讲专题", FieldType.TEXT, ()),
        (
            "听讲对象",
            FieldType.CHOICE,
            ("幼儿", "小学生", "初中生", "高中（中职）生", "家长", "教师"),
        ),
        ("宣讲场次", FieldType.NUMBER, ()),
    ],
    "reading": [
        ("共读书目", FieldType.TEXT, ()),
        ("收到作品几件", FieldType.NUMBER, ()),
        ("作品上交日期", FieldType.DATE, ()),
    ],
    "care": [
        ("结对几对", FieldType.NUMBER, ()),
        ("关爱对象", FieldType.CHOICE, ("困境学生", "留守儿童", "随迁子女", "特殊学生", "其他")),
        ("慰问金（物）折合元", FieldType.NUMBER, ()),
        ("下次走访日期", FieldType.DATE, ()),
    ],
    "party_study": [("会议名称", FieldType.TEXT, ()), ("研究议题", FieldType.TEXT, ())],
    "party_deploy": [("部署文件文号", FieldType.TEXT, ())],
    "party_assess": [
        ("考核结果", FieldType.CHOICE, ("优秀", "合格", "待改进")),
        ("考核文件文号", FieldType.TEXT, ()),
    ],
    "parent_school": [
        ("授课主题", FieldType.TEXT, ()),
        ("家长人数", FieldType.NUMBER, ()),
        ("课时", FieldType.NUMBER, ()),
    ],
    "full_meeting": [
        ("应到人数", FieldType.NUMBER, ()),
        ("学期", FieldType.CHOICE, ("上学期", "下学期")),
    ],
    "partnership": [
        ("共建协议编号", FieldType.TEXT, ()),
        ("对方来了几人", FieldType.NUMBER, ()),
    ],
}

# kind → what is worth writing, offered beside an empty page.
STANDARD_OUTLINES: dict[str, str] = {
    "promotion_meeting": "一、总结上阶段工作：\n二、布置下阶段任务：\n三、领导讲话要点：",
    "training": "一、学了什么（文件、讲座）：\n二、讨论了什么：\n三、下一步怎么做：",
    "report_heard": "一、关工委汇报要点：\n二、党组织肯定了什么：\n三、党组织提了哪些要求：",
    "lecture": "一、谁来讲，讲了什么：\n二、学生怎么听、怎么互动：\n三、听完有什么收获：",
    "reading": "一、读了什么书：\n二、怎么读、怎么交流：\n三、有哪些作品：",
    "care": "一、看望了谁，为什么：\n二、带去了什么：\n三、后面怎么跟进：",
    "parent_school": "一、讲了什么题目：\n二、家长问了什么：\n三、布置了什么小作业：",
    "full_meeting": "一、通报工作：\n二、讨论事项：\n三、通过了什么：",
    "partnership": "一、和谁一起，做了什么：\n二、双方各出了什么力：\n三、下次约在什么时候：",
}
