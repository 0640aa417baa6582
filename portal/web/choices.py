"""Words of the pages that stand on every app."""

from django.db.models import IntegerChoices, TextChoices


class FieldKind(TextChoices):
    NUMBER = "number", "数字"
    TEXT = "text", "一两句话"
    FILE = "file", "一份材料"


# Minutes a secretary needs to find out and write down one answer; the price of asking.
MINUTES: dict[str, int] = {FieldKind.NUMBER: 3, FieldKind.TEXT: 8, FieldKind.FILE: 15}


class Found(IntegerChoices):
    """What the search finds, in the order it is shown: names first, then texts."""

    UNIT = 1, "单位"
    PERSON = 2, "人"
    PLAN = 3, "工作要点"
    BULLETIN = 4, "简报"
    ACTIVITY = 5, "活动记录"
    TASK = 6, "要点任务"
    STUDIO = 7, "老园丁工作室"
    PARTNER = 8, "合作伙伴"
    LECTURE = 9, "宣讲"


class FaceSection(TextChoices):
    """Parts of a committee's public page, in the order they stand on it."""

    MEMBERS = "members", "班子成员"
    ACTIVITIES = "activities", "开展的活动"
    HONOURS = "honours", "获得的称号"
    RESULTS = "results", "读书活动成绩"
