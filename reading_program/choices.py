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


class TrackKind(TextChoices):
    """Which form a track has; its label and its rules are the edition's to choose."""

    ESSAY = "essay", "征文"
    RECITATION = "recitation", "朗诵"
    CLASS = "class", "班集体"
    STAR = "star", "读书之星"
    SCHEME = "scheme", "活动方案"
    DOUBLE = "double", "双优"


class StageEnd(TextChoices):
    """What the last day of a stage closes."""

    SCHOOL = "school", "学校推荐截止"
    OFFICE = "office", "教办审核截止"
    CITY = "city", "市级评审截止"


class EntryState(TextChoices):
    DRAFT = "draft", "草稿"
    RESERVE = "reserve", "候补"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "已退回"
    CITY = "city", "已报市"
    WITHDRAWN = "withdrawn", "已撤下"


# States in which an entry takes one of its school's places (名额).
HOLDING = (EntryState.SUBMITTED, EntryState.RETURNED, EntryState.CITY)


class FileRole(TextChoices):
    WORK = "work", "作品"
    SCRIPT = "script", "朗诵稿"
    PROOF = "proof", "附件"
    CONSENT = "consent", "监护人同意书"
