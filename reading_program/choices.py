"""Words of the contests; tracks, groups and stages are rows of an edition, not words here."""

from django.db.models import TextChoices


class PlanState(TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "已退回"
    ACCEPTED = "accepted", "已通过"


class Nominee(TextChoices):
    """Who is put forward in a track."""

    WORK = "work", "作品"
    CLASS = "class", "班级"
    PUPIL = "pupil", "学生"
    PROPOSAL = "proposal", "方案"
    UNIT_OR_PERSON = "unit_or_person", "单位或个人"


# What a new edition starts from; every word of it can be changed afterwards (domain.md 3).
STANDARD_TRACKS: list[tuple[str, str, Nominee, str]] = [
    ("essay", "读书征文", Nominee.WORK, "一人一篇，原创"),
    ("recitation", "朗诵展示", Nominee.WORK, "个人或小组，5 分钟以内"),
    ("outstanding_class", "优秀班集体", Nominee.CLASS, "有计划、有总结、人人阅读"),
    ("reading_star", "读书之星", Nominee.PUPIL, "读书活动事迹突出"),
    ("best_plan", "最佳活动方案", Nominee.PROPOSAL, "方案完整，可以照着做"),
    ("double_excellence", "双优奖", Nominee.UNIT_OR_PERSON, "优秀组织和优秀指导"),
]
STANDARD_GROUPS: list[tuple[str, str]] = [
    ("小学低段", "一至三年级"),
    ("小学高段", "四至六年级"),
    ("初中", "七至九年级"),
    ("高中", "高中、职高"),
]
# name, days from the first day of the edition: from, to
STANDARD_STAGES: list[tuple[str, int, int]] = [
    ("发动和制定方案", 0, 30),
    ("校级评选", 31, 75),
    ("教办初审汇总", 76, 100),
    ("市级评审", 101, 135),
    ("公示和表彰", 136, 150),
]
