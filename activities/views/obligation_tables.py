"""A matrix as templates/components/matrix.html and task_card.html take it."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from activities.figures import Column, Matrix, Row, Tally
from committees.models import Unit
from portal.kernel.calendar import date_cn

MOST_CARDS = 30  # a list for a phone; the whole of it is the table below
ALL, LATE, DUE_SOON = "all", "late", "due30"
VIEW_WORDS = {ALL: "全部", LATE: "只看逾期", DUE_SOON: "只看 30 天内到期"}


def narrowed(matrix: Matrix, view: str) -> Matrix:
    """What is left for 只看逾期 and 只看 30 天内到期."""
    if view == LATE:
        return matrix.where(lambda row: row.overdue > 0)
    if view == DUE_SOON:
        return matrix.only(lambda column: column.is_soon).where(lambda row: row.left > 0)
    return matrix


def table(shown: Matrix, whole: Matrix, *, view: str) -> dict[str, Any]:
    """Columns with their last days, a last one for what is overdue, rows with linked cells.

    The total is that of `whole`, of which `shown` is one page.
    """
    groups = [{"label": label, "span": span} for label, span in shown.groups]
    columns = [{"label": each.item.name, "note": each.due_label} for each in shown.columns]
    page: dict[str, Any] = {
        "groups": groups,
        "columns": columns,
        "rows": [_row(shown, row) for row in shown.rows],
        "total": _total(whole, linked=view == ALL),
    }
    if view != DUE_SOON:  # nothing that is still to come is overdue
        groups.append({"label": "合计", "span": 1})
        columns.append({"label": "逾期", "note": ""})
        page["total"]["cells"].append({"value": f"{whole.overdue} 项", "word": ""})
        for row, line in zip(shown.rows, page["rows"], strict=True):
            line["cells"].append(_overdue(shown, row))
    return page


def cards(matrix: Matrix) -> list[dict[str, Any]]:
    """The worst rows for a phone, each with what is late or still missing."""
    return [_card(matrix, row) for row in matrix.worst_first()[:MOST_CARDS]]


def _row(matrix: Matrix, row: Row) -> dict[str, Any]:
    return {
        "label": row.label,
        "note": f"{row.units} 家" if matrix.by == "office" else _place(matrix, row),
        "url": row_url(matrix, row),
        "cells": [
            _cell(matrix, row, column, tally)
            for column, tally in zip(matrix.columns, row.cells, strict=True)
        ],
    }


def _place(matrix: Matrix, row: Row) -> str:
    return row.office if row.office_id not in (row.key, matrix.root.pk) else ""


def _cell(matrix: Matrix, row: Row, column: Column, tally: Tally) -> dict[str, Any]:
    if matrix.by == "unit":
        word, tone = column.unit_words(tally)
        value = column.unit_value(tally)
        until = f"延到{tally.due_on.month}月{tally.due_on.day}日" if tally.due_on else ""
        url = cell_url(matrix, row, column)
        return {"value": value, "word": word, "tone": tone, "figures": until, "url": url}
    word, tone = column.words(tally)
    return {
        "value": f"{tally.done}/{tally.expected}" if tally.expected else "—",
        "word": word,
        "tone": tone,
        "percent": tally.percent,
        "figures": figures_of(tally),
        "is_plain": tally.done == tally.on_time and not tally.waived and not tally.extended,
        "url": f"{row_url(matrix, row)}?{urlencode({'item': column.item.code})}",
    }


def figures_of(tally: Tally) -> str:
    """On time, late, not required, given longer: each a figure of its own, noughts left out."""
    figures = [
        ("按时", tally.on_time),
        ("晚", tally.late),
        ("不要求", tally.waived),
        ("延期", tally.extended),
    ]
    return " ".join(f"{word}\u00a0{count}" for word, count in figures if count)


def _overdue(matrix: Matrix, row: Row) -> dict[str, Any]:
    if not row.overdue:
        return {"value": "无", "word": "", "tone": "none"}
    url = row_url(matrix, row)
    if matrix.by == "office":
        url = f"{url}?{urlencode({'view': LATE})}"
    return {"value": f"{row.overdue} 项", "word": "", "tone": "none", "url": url}


def _total(matrix: Matrix, *, linked: bool) -> dict[str, Any]:
    """No links where some rows are filtered away: the pages behind would show more than this."""
    total = matrix.total
    cells: list[dict[str, Any]] = [
        {
            "value": f"{tally.done}/{tally.expected}" if tally.expected else "—",
            "word": f"{tally.percent}%" if tally.expected else "不适用",
            "figures": figures_of(tally) if matrix.by == "office" or tally.late else "",
            "url": item_url(matrix, column) if linked else "",
        }
        for column, tally in zip(matrix.columns, total.cells, strict=True)
    ]
    return {"label": f"合计 {total.units} 家", "cells": cells}


def _card(matrix: Matrix, row: Row) -> dict[str, Any]:
    late = [
        (column.item.name, tally.overdue)
        for column, tally in zip(matrix.columns, row.cells, strict=True)
        if tally.overdue
    ]
    if late:
        names = [f"{name} {n} 家" if matrix.by == "office" else name for name, n in late]
        word, tone, detail = f"逾期 {row.overdue} 项", "late", "、".join(names)
    elif row.left:
        word, tone, detail = "还没到期", "later", f"还差 {row.left} 项"
    else:
        word, tone, detail = "全部完成", "done", ""
    return {
        "title": row.label,
        "url": row_url(matrix, row),
        "word": word,
        "tone": tone,
        "detail": detail,
    }


def item_card(year: int, place: Unit, column: Column, tally: Tally) -> dict[str, Any]:
    """One item of one unit as task_card.html takes it."""
    word, tone = column.unit_words(tally)
    due = f"最晚 {date_cn(column.item.due_on)}" if tone not in {"done", "none"} else ""
    return {
        "title": column.item.name,
        "url": reverse("activities:obligation_cell", args=[year, column.item.code, place.pk]),
        "word": word,
        "tone": tone,
        "detail": "，".join(filter(None, [column.item.text, due])),
    }


def row_url(matrix: Matrix, row: Row) -> str:
    """An office opens its units (the bureau's own number stands for 市直属), a unit its strip."""
    year = matrix.obligation_set.year
    if matrix.by == "unit":
        return reverse("activities:obligation_unit", args=[year, row.key])
    return office_url(year, row.key if row.key is not None else matrix.root.pk)


def office_url(year: int, pk: int) -> str:
    return reverse("activities:obligation_office", args=[year, pk])


def cell_url(matrix: Matrix, row: Row, column: Column) -> str:
    year = matrix.obligation_set.year
    return reverse("activities:obligation_cell", args=[year, column.item.code, row.key])


def item_url(matrix: Matrix, column: Column) -> str:
    """Everybody asked about one item: who is missing first."""
    year, query = matrix.obligation_set.year, {"item": column.item.code}
    direct = matrix.by == "unit" and all(row.office_id is None for row in matrix.rows)
    if matrix.root.pk == matrix.root.city_id and not direct:
        board = reverse("activities:obligation_board", args=[year])
        return f"{board}?{urlencode({'by': 'unit', **query})}"
    return f"{office_url(year, matrix.root.pk)}?{urlencode(query)}"


MISSING_FIRST = {"late": 0, "soon": 1, "later": 2, "waiting": 3, "done": 4}


def asked_about(matrix: Matrix, column: Column) -> Matrix:
    """The units asked about one item, those still missing first."""
    place = matrix.columns.index(column)
    asked = [row for row in matrix.rows if row.cells[place].expected]
    asked.sort(key=lambda row: MISSING_FIRST[column.unit_words(row.cells[place])[1]])
    return replace(matrix, rows=tuple(asked))


def who(shown: Matrix, column: Column, *, several: bool) -> dict[str, Any]:
    """Units and one item as data_table.html takes them; `several` offices ask for a column."""
    office = [{"label": "教办"}] if several else []
    numbers = [{"label": "已通过", "number": True}, {"label": "待审", "number": True}]
    return {
        "columns": [
            {"label": "单位"}, *office, {"label": "状态"}, *numbers, {"label": "联系电话"}
        ],
        "rows": [{"cells": _who(shown, row, column, several=several)} for row in shown.rows],
    }  # fmt: skip


def _who(matrix: Matrix, row: Row, column: Column, *, several: bool) -> list[dict[str, Any]]:
    tally = row.cells[matrix.columns.index(column)]
    word, tone = column.unit_words(tally)
    phone = {"text": row.phone, "url": f"tel:{row.phone}"} if row.phone else {"text": "没有登记"}
    return [
        {"text": row.label, "url": cell_url(matrix, row, column), "main": True},
        *([{"label": "教办", "text": row.office}] if several else []),
        {"label": "状态", "status": word, "tone": tone},
        {"label": "已通过", "text": f"{tally.counted} 条", "number": True},
        {"label": "待审", "text": f"{tally.pending} 条", "number": True},
        {"label": "联系电话", **phone},
    ]
