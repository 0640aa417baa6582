"""Words of the contests; tracks, groups and stages are rows of an edition, not words here."""

from decimal import Decimal

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
    DECLINED = "declined", "不推荐"
    WITHDRAWN = "withdrawn", "已撤下"


# States in which an entry takes one of its school's places (名额).
HOLDING = (EntryState.SUBMITTED, EntryState.RETURNED, EntryState.CITY)


class BatchState(TextChoices):
    """A bulk entry: looked at first, then carried out, and perhaps taken back."""

    TRIAL = "trial", "试运行"
    DONE = "done", "已登记"
    UNDONE = "undone", "已撤销"


class FileRole(TextChoices):
    WORK = "work", "作品"
    SCRIPT = "script", "朗诵稿"
    PROOF = "proof", "附件"
    CONSENT = "consent", "监护人同意书"


class RoundState(TextChoices):
    PREPARING = "preparing", "准备中"
    OPEN = "open", "正在评"
    CLOSED = "closed", "评完了"


class ScoreRule(TextChoices):
    """Same values as scoring.aggregation.Rule."""

    MEAN = "mean", "取平均分"
    TRIMMED = "trimmed", "去掉最高和最低再平均"
    RANKS = "ranks", "按各评委的名次"


class CopyState(TextChoices):
    WAITING = "waiting", "待核对"
    CLEARED = "cleared", "可以评"


class SheetState(TextChoices):
    DRAFT = "draft", "没评完"
    SUBMITTED = "submitted", "已评"
    DECLINED = "declined", "已回避"


class TieAtCut(TextChoices):
    """What becomes of equals where a level ends: a cut never divides a shared place."""

    DOWN = "down", "并列的都归下一等，名额不超"
    UP = "up", "并列的都上，下一等少取"


class ListState(TextChoices):
    PENDING = "pending", "待公布"
    PUBLISHED = "published", "公示中"
    FINAL = "final", "正式"


class PublicityState(TextChoices):
    OPEN = "open", "公示中"
    ENDED = "ended", "公示期满"


class ObjectionState(TextChoices):
    RECEIVED = "received", "待处理"
    UPHELD = "upheld", "属实"
    DISMISSED = "dismissed", "不成立"


class HonourKind(TextChoices):
    ADVISER = "adviser", "指导奖"
    ORGANISATION = "organisation", "组织奖"


class CertificateState(TextChoices):
    VALID = "valid", "有效"
    VOID = "void", "已作废"


# Levels a track begins with, in per cent of what was judged (domain.md 3.8); the city changes them.
STANDARD_LEVELS: list[tuple[str, int]] = [("一等奖", 10), ("二等奖", 20), ("三等奖", 30)]


# What each kind of track is marked by (domain.md 3.7); the sums are 100.
STANDARD_CRITERIA: dict[str, list[tuple[str, int]]] = {
    "essay": [("主题思想", 30), ("内容结构", 30), ("语言文字", 20), ("创新", 20)],
    "recitation": [("内容主题", 20), ("语音", 30), ("情感节奏", 30), ("仪表台风", 20)],
    "class": [("计划制度", 20), ("氛围", 20), ("活动", 30), ("成果", 20), ("材料", 10)],
    "star": [("习惯与阅读量", 30), ("活动参与", 30), ("成果奖项", 25), ("品德榜样", 15)],
    "scheme": [("主题立意", 20), ("可操作", 25), ("创新", 20), ("学生参与", 20), ("成效", 15)],
    "double": [("组织发动", 30), ("过程指导", 30), ("成果", 30), ("材料", 10)],
}

# 一、二、三等奖 in per cent of what came up to the city (domain.md 3.8).
USUAL_SHARES = (Decimal(10), Decimal(20), Decimal(30))
