"""The trade's words as they stand in a sheet, read into the portal's own."""

import re
from enum import StrEnum

from committees.choices import ElderCategory, Gender, Position, SchoolStage
from portal.kernel import cells
from portal.kernel.cells import CellValue, Read

_STAGES = {
    "小学": SchoolStage.PRIMARY,
    "完小": SchoolStage.PRIMARY,
    "完全小学": SchoolStage.PRIMARY,
    "村小": SchoolStage.PRIMARY,
    "初中": SchoolStage.JUNIOR_HIGH,
    "初级中学": SchoolStage.JUNIOR_HIGH,
    "普通初中": SchoolStage.JUNIOR_HIGH,
    "九年一贯制": SchoolStage.NINE_YEAR,
    "九年一贯制学校": SchoolStage.NINE_YEAR,
    "九年制": SchoolStage.NINE_YEAR,
    "九年制学校": SchoolStage.NINE_YEAR,
    "一贯制": SchoolStage.NINE_YEAR,
    "高中": SchoolStage.SENIOR_HIGH,
    "普高": SchoolStage.SENIOR_HIGH,
    "普通高中": SchoolStage.SENIOR_HIGH,
    "高级中学": SchoolStage.SENIOR_HIGH,
    "职高": SchoolStage.VOCATIONAL,
    "中职": SchoolStage.VOCATIONAL,
    "职业高中": SchoolStage.VOCATIONAL,
    "职业高级中学": SchoolStage.VOCATIONAL,
    "职业中学": SchoolStage.VOCATIONAL,
    "中等职业学校": SchoolStage.VOCATIONAL,
    "技校": SchoolStage.VOCATIONAL,
    "特教": SchoolStage.SPECIAL,
    "特殊教育": SchoolStage.SPECIAL,
    "特殊教育学校": SchoolStage.SPECIAL,
    "培智": SchoolStage.SPECIAL,
}
_STAGE_IN_DOUBT = {
    "完全中学": SchoolStage.SENIOR_HIGH,
    "完中": SchoolStage.SENIOR_HIGH,
    "十二年一贯制": SchoolStage.NINE_YEAR,
    "十二年制": SchoolStage.NINE_YEAR,
    "中学": SchoolStage.JUNIOR_HIGH,
}
_GENDERS = {"男": Gender.MALE, "女": Gender.FEMALE}
_CATEGORIES = {label: value for value, label in ElderCategory.choices}
_POSITIONS = {label: value for value, label in Position.choices} | {
    "副秘书": Position.DEPUTY_SECRETARY_GENERAL.value,
    "秘书": Position.SECRETARY_GENERAL.value,
    "成员": Position.MEMBER.value,
    "名誉主任委员": Position.HONORARY_DIRECTOR.value,
}
_AROUND_OFFICE = re.compile(r"关工委$|关心下一代工作委员会$")


def stage(cell: CellValue) -> Read[SchoolStage]:
    """Read 类别: 小学, 初中, 高中, 九年一贯制, 职高 and their other names."""
    written = cells.key(cell)
    if not written:
        return Read(None)
    if known := _STAGES.get(written):
        return Read(known)
    if likely := _STAGE_IN_DOUBT.get(written):
        return Read(likely, f"“{cells.text(cell)}”先按{likely.label}记，请核对。")
    options = "、".join(SchoolStage.labels)
    return Read(None, f"不认识“{cells.text(cell)}”，请改成{options}中的一种。")


class CommitteeState(StrEnum):
    ESTABLISHED = "established"
    PREPARING = "preparing"
    NONE = "none"


_ESTABLISHED = cells.YES | {"已成立", "成立", "已建", "已建立", "建立", "已建成"}
_PREPARING = frozenset({"筹建", "筹建中", "在建", "正在筹建", "拟建", "待成立", "筹备", "筹备中"})
_NOT_ESTABLISHED = cells.NO | {"未成立", "未建", "未建立", "尚未成立", "没有成立", "-", "/"}


def committee_state(cell: CellValue) -> Read[CommitteeState]:
    """Read 关工委是否成立; an empty cell says nothing, and the caller takes it as not yet."""
    written = cells.key(cell)
    if not written:
        return Read(None)
    if isinstance(cell, bool):
        return Read(CommitteeState.ESTABLISHED if cell else CommitteeState.NONE)
    if written in _ESTABLISHED:
        return Read(CommitteeState.ESTABLISHED)
    if written in _PREPARING:
        return Read(CommitteeState.PREPARING)
    if written in _NOT_ESTABLISHED:
        return Read(CommitteeState.NONE)
    return Read(None, f"“{cells.text(cell)}”看不出成立没有，请填“是”“否”或“筹建”。")


class CommitteeForm(StrEnum):
    """How a kindergarten has its committee (关工委组织形式)."""

    OWN = "own"
    JOINT = "joint"
    NONE = "none"


def committee_form(cell: CellValue) -> Read[CommitteeForm]:
    """Read 独立设立, 联合(挂靠中心园) or 未成立."""
    written = cells.key(cell)
    if not written or written in _NOT_ESTABLISHED or written in _PREPARING:
        return Read(CommitteeForm.NONE if written else None)
    if "联合" in written or "挂靠" in written or "联建" in written:
        return Read(CommitteeForm.JOINT)
    if "独立" in written or "单独" in written or written in _ESTABLISHED:
        return Read(CommitteeForm.OWN)
    return Read(
        None, f"不认识“{cells.text(cell)}”，请改成“独立设立”“联合（挂靠中心园）”或“未成立”。"
    )


def gender(cell: CellValue) -> Read[Gender]:
    written = cells.key(cell).removesuffix("性")
    if not written:
        return Read(None)
    if known := _GENDERS.get(written):
        return Read(known)
    return Read(None, f"“{cells.text(cell)}”请改成“男”或“女”。")


def categories(cell: CellValue) -> Read[tuple[str, ...]]:
    """Read one or several of 老干部, 老战士, 老专家, 老教师, 老模范."""
    words = [word for word in re.split(r"[、,，;；/ ]", cells.text(cell)) if word]
    known = tuple(_CATEGORIES[word] for word in words if word in _CATEGORIES)
    strange = [word for word in words if word not in _CATEGORIES]
    if strange:
        options = "、".join(ElderCategory.labels)
        return Read(known, f"不认识“{strange[0]}”，五老类别是{options}。")
    return Read(known)


def position(cell: CellValue) -> Read[Position]:
    written = cells.key(cell).removeprefix("关工委")
    if not written:
        return Read(None)
    if known := _POSITIONS.get(written):
        return Read(Position(known))
    return Read(None, f"不认识职务“{cells.text(cell)}”，请改成{'、'.join(Position.labels)}之一。")


def unit_name(cell: CellValue) -> str:
    """Return a unit's name as one word: no spaces inside, no 关工委 behind."""
    written = cells.text(cell)
    if not written.isascii():
        written = written.replace(" ", "")
    return _AROUND_OFFICE.sub("", written)


_DIRECT = frozenset(
    {"市直属", "局直属", "直属", "市属", "直属学校", "市直", "市直属学校", "市教育局"}
)


def is_directly_under_bureau(office: str) -> bool:
    """Tell whether the 教办 column says that the unit has none (直属学校)."""
    return cells.key(office) in _DIRECT
