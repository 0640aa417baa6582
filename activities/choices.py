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


class PlanState(TextChoices):
    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"


class TaskScope(TextChoices):
    """Who a task of the year plan is for; the units follow from the tree."""

    CITY = "city", "市教育局关工委"
    ALL_OFFICES = "all_offices", "各教办"
    ALL_SCHOOLS = "all_schools", "各学校"
    ALL_KINDERGARTENS = "all_kindergartens", "各幼儿园"
    ALL_UNITS = "all_units", "各教办、各学校（幼儿园）"


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
