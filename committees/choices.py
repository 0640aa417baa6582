"""Words of the organisation. The glossary of the field maps each to its Chinese term."""

from django.db.models import TextChoices


class UnitKind(TextChoices):
    BUREAU = "bureau", "教育局"
    OFFICE = "office", "教办"
    SCHOOL = "school", "学校"
    KINDERGARTEN = "kindergarten", "幼儿园"


class UnitChangeKind(TextChoices):
    MOVE = "move", "改换主管单位"
    MERGE = "merge", "合并"
    SPLIT = "split", "分设"
    CLOSE = "close", "撤销"
    REOPEN = "reopen", "恢复办学"


class SchoolStage(TextChoices):
    PRIMARY = "primary", "小学"
    JUNIOR_HIGH = "junior_high", "初中"
    NINE_YEAR = "nine_year", "九年一贯制"
    SENIOR_HIGH = "senior_high", "高中"
    VOCATIONAL = "vocational", "职高"
    SPECIAL = "special", "特殊教育"


class Position(TextChoices):
    """In the order the field prints them (教育部关工委工作规则); 执行主任, 联络员 by habit."""

    HONORARY_DIRECTOR = "honorary_director", "名誉主任"
    DIRECTOR = "director", "主任"
    EXECUTIVE_DIRECTOR = "executive_director", "执行主任"
    STANDING_DEPUTY = "standing_deputy", "常务副主任"
    DEPUTY = "deputy", "副主任"
    SECRETARY_GENERAL = "secretary_general", "秘书长"
    DEPUTY_SECRETARY_GENERAL = "deputy_secretary_general", "副秘书长"
    MEMBER = "member", "委员"
    ADVISER = "adviser", "顾问"
    LIAISON = "liaison", "联络员"


POSITION_ORDER = {position: order for order, position in enumerate(Position.values)}


class ElderCategory(TextChoices):
    """五老; one person may belong to several."""

    CADRE = "cadre", "老干部"
    SOLDIER = "soldier", "老战士"
    EXPERT = "expert", "老专家"
    TEACHER = "teacher", "老教师"
    MODEL_WORKER = "model_worker", "老模范"


class WorkStatus(TextChoices):
    SERVING = "serving", "在职"
    STEPPED_BACK = "stepped_back", "退二线"
    RETIRED = "retired", "退休"


class Gender(TextChoices):
    MALE = "male", "男"
    FEMALE = "female", "女"


class DatePrecision(TextChoices):
    """How much of a date the source told: a sheet often says 2019.5 only."""

    DAY = "day", "日"
    MONTH = "month", "月"
    YEAR = "year", "年"


class ObligationKind(TextChoices):
    FLAG = "flag", "有无"
    EVENT = "event", "次数"


class Have(TextChoices):
    """五有, in the order of the work points (seed document, item 8)."""

    PEOPLE = "people", "有人管"
    TASKS = "tasks", "有事做"
    CONDITIONS = "conditions", "有条件"
    RESOURCES = "resources", "有资源"
    ENTHUSIASM = "enthusiasm", "有热情"


class HaveResult(TextChoices):
    MET = "met", "做到了"
    PARTLY = "partly", "部分做到"
    UNMET = "unmet", "还没做到"


class CheckState(TextChoices):
    DRAFT = "draft", "在填写"
    SUBMITTED = "submitted", "待复核"
    RETURNED = "returned", "已退回"
    CONFIRMED = "confirmed", "已复核"


class TeamInvitationState(TextChoices):
    """An invitation into the team of mentors (关爱导师)."""

    INVITED = "invited", "已邀请"
    ACCEPTED = "accepted", "已答应"
    DECLINED = "declined", "暂不参加"


class CommitteePaper(TextChoices):
    FOUNDING = "founding", "成立文件"
    TERM = "term", "换届文件"
    ADJUSTMENT = "adjustment", "调整文件"


class ReopenCommittee(TextChoices):
    """Who covers a unit that opens again; asked of the bureau, kept nowhere."""

    OWN = "own", "再设自己的关工委（班子另外登记）"
    HEIR = "heir", "由承接过它的单位的关工委覆盖"
    LATER = "later", "以后再定"
