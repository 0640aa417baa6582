"""A small roster as untidy as the real ones, made afresh, with what is truly in it."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, field
from random import Random
from typing import Any

FULL = str.maketrans("0123456789", "０１２３４５６７８９")
SCHOOL_HEADS = [
    "序号", "所属教办", "单位名称", "单位代码", "类 别", "学生数\n(人)", "教职工数",
    "党组织名称",
    "关工委是否成立", "成立时间", "主任", "常务副主任", "秘书长", "联系电话",
]  # fmt: skip
GARDEN_HEADS = [
    "单位名称", "所属教办", "在园幼儿数", "班级数", "是否镇(街道)中心园", "关工委组织形式",
    "负责人",
    "电话",
]  # fmt: skip
PEOPLE_HEADS = [
    "姓名", "性别", "出生年月", "原工作单位及职务", "退休时间", "“五老”类别", "特长", "手机",
    "任职关工委", "关工委职务", "是否“关爱导师”",
]  # fmt: skip
LEDGER_HEADS = [
    "日期", "单位", "活动类别", "活动名称", "地点", "主讲/组织者", "参加“五老”人次",
    "受教育青少年人次", "备注",
]  # fmt: skip
SURNAMES, GIVEN = "苏方余倪章许贺卢", "宁远书恒知安兰松柏清"
FORMS = ["联合(挂靠中心园)", "未成立", "独立设立"]
STAGES = ["小学", "初中", "九年一贯制", "高中", "职高"]


def _empty_book() -> Any:
    from openpyxl import Workbook

    return Workbook()


@dataclass
class Messy:
    """The workbook under construction; `truth` has the keys of `import_roster --json`."""

    random: Random
    book: Any = field(default_factory=_empty_book)
    truth: dict[str, int] = field(default_factory=dict)
    units: list[str] = field(default_factory=list)

    def bytes(self) -> bytes:
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()

    def name(self) -> str:
        return self.random.choice(SURNAMES) + "".join(self.random.sample(GIVEN, 2))

    def count(self, n: int) -> object:
        return self.random.choice([n, str(n), f" {n} ", f"{n:,}人", str(n).translate(FULL)])

    def phone(self) -> object:
        n = f"138{self.random.randrange(10**8):08d}"
        return self.random.choice([n, int(n), f"{n[:3]}-{n[3:7]}-{n[7:]}", n.translate(FULL)])

    def day(self, year: int) -> object:
        d = dt.date(year, self.random.randint(1, 12), self.random.randint(1, 28))
        spellings = (
            f"{d.year}.{d.month}", f"{d:%Y-%m-%d}", f"{d:%Y/%m/%d}", f"{d.year}年{d.month}月",
            dt.datetime(d.year, d.month, d.day),
        )  # fmt: skip
        return self.random.choice(spellings)


def messy_roster(
    seed: int = 7, *, offices: int = 3, schools: int = 4, shuffled: bool = False, titles: int = 2
) -> tuple[bytes, dict[str, int]]:
    """Return (.xlsx, truth): merged office cells, odd numbers and dates, one unit twice."""
    messy = Messy(Random(seed))
    messy.truth = dict.fromkeys(
        ("students", "schools", "kindergartens", "school_committees", "people", "activities"), 0
    )
    messy.truth |= {"offices": offices, "duplicates": 1, "bad_rows": 0}
    towns = ["桃源镇", "柳溪镇", "云台街道", "石桥镇", "南浦街道", "沙湾镇"][:offices]
    _schools(messy, towns, schools, shuffled=shuffled, titles=titles)
    _kindergartens(messy, towns, shuffled=shuffled)
    _people(messy, shuffled=shuffled)
    _ledger(messy, shuffled=shuffled)
    return messy.bytes(), messy.truth


def _order(messy: Messy, heads: list[str], *, shuffled: bool) -> list[int]:
    order = list(range(len(heads)))
    if shuffled:
        messy.random.shuffle(order)
    return order


def _schools(
    messy: Messy, towns: list[str], per_office: int, *, shuffled: bool, titles: int
) -> None:
    sheet = messy.book.active
    sheet.title = "中小学"
    order = _order(messy, SCHOOL_HEADS, shuffled=shuffled)
    lines = ["全市学校关工委情况表", "填报单位:海陵市教育局关工委  填报日期:2023年3月", "内部资料"]
    for line in lines[:titles]:
        sheet.append([line])
        sheet.merge_cells(
            start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=14
        )
    sheet.append([SCHOOL_HEADS[i] for i in order])
    office_column = order.index(1) + 1
    first = None
    for town in towns:
        top = sheet.max_row + 1
        for n in range(per_office):
            row = _school(messy, town, n)
            first = first or row
            if n:
                row[1] = None
            sheet.append([row[i] for i in order])
        if per_office > 1:
            sheet.merge_cells(
                start_row=top,
                end_row=sheet.max_row,
                start_column=office_column,
                end_column=office_column,
            )
        sheet.append([])
        sheet.append([" "])
    again = list(first or [])
    again[2], again[3] = f" {again[2]} ", None
    sheet.append([again[i] for i in order])
    sheet.append(["合计", "=SUM(F4:F9)"])
    sheet.append(["注：1.人数以2022学年报表为准。"])


def _school(messy: Messy, town: str, n: int) -> list[object]:
    town_name = town.removesuffix("镇").removesuffix("街道")
    name = f"{town_name}第{'一二三四五六七八九'[n]}学校"
    students = messy.random.randint(100, 3000)
    established = messy.random.choice(["是", "√", "已成立", "是 ", "否", "×", "筹建", None])
    yes = established in {"是", "√", "已成立", "是 "}
    messy.units.append(name)
    messy.truth["schools"] += 1
    messy.truth["students"] += students
    messy.truth["school_committees"] += yes
    code = 330_000_0000 + len(messy.units)
    team = [messy.day(2015), *(messy.name() for _ in range(3)), messy.phone()]
    return [
        len(messy.units), f"{town}教办", name + messy.random.choice(["", " ", "\u3000"]),
        messy.random.choice([code, str(code)]), messy.random.choice(STAGES), messy.count(students),
        messy.random.randint(20, 200), f"中共{name}支部委员会", established,
        *(team if yes else [None] * 5),
    ]  # fmt: skip


def _kindergartens(messy: Messy, towns: list[str], *, shuffled: bool) -> None:
    sheet = messy.book.create_sheet("幼儿园")
    order = _order(messy, GARDEN_HEADS, shuffled=shuffled)
    sheet.append([GARDEN_HEADS[i] for i in order])
    for town in towns:
        town_name = town.removesuffix("镇").removesuffix("街道")
        for kind in ("中心", "春芽", "小星星"):
            children = messy.random.randint(50, 700)
            name = f"{town_name}{kind}幼儿园"
            central = kind == "中心"
            form = (
                "独立设立"
                if central
                else messy.random.choice(["联合(挂靠中心园)", "未成立", "独立设立"])
            )
            row = [name, f"{town}教办", messy.count(children), 9, "是" if central else "否", form,
                   messy.name(), messy.phone()]  # fmt: skip
            sheet.append([row[i] for i in order])
            messy.units.append(name)
            messy.truth["kindergartens"] += 1
            messy.truth["students"] += children


def _people(messy: Messy, *, shuffled: bool) -> None:
    sheet = messy.book.create_sheet("五老名册")
    order = _order(messy, PEOPLE_HEADS, shuffled=shuffled)
    sheet.append([PEOPLE_HEADS[i] for i in order])
    for n in range(12):
        name = messy.name()
        spaced = " ".join(name) if n % 3 == 0 else name
        row = [spaced, messy.random.choice("男女"), "1952.08", "原校长", messy.day(2012), "老教师",
               "书法",
               f"139{seedless(n)}", messy.random.choice(messy.units), "委员",
               messy.random.choice(["是", "否", None])]  # fmt: skip
        sheet.append([row[i] for i in order])
        messy.truth["people"] += 1


def seedless(n: int) -> str:
    """Return eight digits of its own for each n, so that no two people share a phone."""
    return f"{10_000_000 + n * 7}"


def _ledger(messy: Messy, *, shuffled: bool) -> None:
    sheet = messy.book.create_sheet("2022年活动台账")
    order = _order(messy, LEDGER_HEADS, shuffled=shuffled)
    sheet.append([LEDGER_HEADS[i] for i in order])
    for n in range(20):
        row = [messy.day(2022), messy.random.choice(messy.units), "主题宣讲",
               f"宣讲（第{n + 1}场）",
               "报告厅", messy.name(), messy.count(6), messy.count(120), None]  # fmt: skip
        sheet.append([row[i] for i in order])
        messy.truth["activities"] += 1
