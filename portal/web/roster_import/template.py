"""The empty roster an office may start from, with one filled row to show how."""

from datetime import date

from activities.imports.ledger import LEDGER
from activities.imports.mentors import MENTORS
from activities.imports.partners import PARTNERS
from committees.imports.columns import KINDERGARTENS, PEOPLE, SCHOOLS
from portal.kernel.cells import CellValue
from portal.kernel.tables import TableKind
from portal.kernel.workbooks import NewSheet, write_workbook

EXAMPLES: tuple[tuple[TableKind, dict[str, CellValue]], ...] = (
    (SCHOOLS, {
        "office": "示例镇教办", "name": "示例镇中心小学", "code": "330000001", "stage": "小学",
        "students": 1200, "staff": 80, "party_org": "中共示例镇中心小学支部委员会",
        "established": "是", "established_on": "2019年5月", "director": "张三",
        "standing_deputy": "李四", "secretary_general": "王五", "phone": "13800000000",
    }),
    (KINDERGARTENS, {
        "office": "示例镇教办", "name": "示例镇中心幼儿园", "code": "330000002", "children": 300,
        "classes": 10, "is_central": "是", "form": "独立设立", "head": "赵六",
        "phone": "13800000001",
    }),
    (PEOPLE, {
        "name": "钱七", "gender": "女", "born": "1952年8月", "former_post": "示例镇中心小学原校长",
        "retired": "2012年8月", "category": "老教师", "strengths": "书法", "phone": "13800000002",
        "committee": "示例镇中心小学", "position": "副主任", "is_mentor": "是",
    }),
    (LEDGER, {
        "held": date(2022, 4, 5), "unit": "示例镇中心小学", "kind": "主题宣讲",
        "title": "清明祭英烈", "place": "学校报告厅", "people": "钱七", "elders": 6, "youth": 120,
        "remark": "示例行，填写时请删去",
    }),
    (MENTORS, {
        "name": "钱七", "unit": "示例镇中心小学", "topics": "家风家教、传统文化",
        "phone": "13800000002", "team": "示例市讲师团", "travel": "全市都可以", "most_a_term": 6,
        "about": "讲书法和家风", "joined": "2022年9月",
    }),
    (PARTNERS, {
        "name": "示例社区", "kind": "社区", "contact": "孙八", "phone": "13800000003",
        "term": "2022-09-01至2025-08-31", "unit": "示例镇中心小学", "place": "示例镇人民路 1 号",
        "offers": "礼堂一间",
    }),
)  # fmt: skip


def template() -> bytes:
    """Return the .xlsx: one sheet a table, its usual headings, one example row to replace."""
    return write_workbook([
        NewSheet(
            kind.label,
            [column.label for column in kind.columns],
            [[example.get(column.field) for column in kind.columns]],
        )
        for kind, example in EXAMPLES
    ])  # fmt: skip
