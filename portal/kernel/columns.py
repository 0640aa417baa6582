"""Lists one sorts by their headings and whose columns one chooses: for all lists in one way.

The order travels in the address ("sort=-students"), so that it survives the pager and can be sent
to a colleague. Which columns are hidden is kept with the session: it is one person's eyes.
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from portal.kernel.paging import PAGE_SIZE, Page, read_page

KEPT = "hidden_columns"
ASCENDING, DESCENDING = "ascending", "descending"

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Column:
    """`by` is the field its heading sorts by, empty where it sorts by none; `fixed` ones stay."""

    key: str
    label: str
    by: str = ""
    number: bool = False
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A column as the page shows it; `turn` is what a press on it does, for those who hear it."""

    column: Column
    url: str
    sort: str
    turn: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Table:
    """`usual` is the order without a choice, as order_by takes it; its last field is unique."""

    name: str
    columns: tuple[Column, ...]
    usual: tuple[str, ...]

    def read(
        self, queryset: QuerySet[M], request: HttpRequest, *, size: int = PAGE_SIZE
    ) -> Page[M]:
        """A page in the order asked for; numbers and days nobody gave stand last either way."""
        column, _ = self._chosen(request.GET)
        usual = self.usual[0].removeprefix("-")
        # The usual order has its index, which knows of no other place for what is empty.
        empty_last = {column.by} if column is not None and column.by != usual else set()
        after = request.GET.get("after", "")
        return read_page(
            queryset, by=self.order(request.GET), after=after, size=size, empty_last=empty_last
        )

    def order(self, asked: Mapping[str, str]) -> list[str]:
        column, falls = self._chosen(asked)
        if column is None:
            return list(self.usual)
        rest = [field for field in self.usual if field.removeprefix("-") != column.by]
        return [f"-{column.by}" if falls else column.by, *rest]

    def page(self, request: HttpRequest) -> dict[str, Any]:
        """`headings` and `shown` for templates/components/table_head.html and table_tools.html."""
        hidden = set(request.session.get(KEPT, {}).get(self.name, []))
        headings = [self._heading(column, request, hidden) for column in self.columns]
        return {
            "table_name": self.name,
            "headings": headings,
            "shown": {heading.column.key for heading in headings if heading.is_shown},
            "here": request.get_full_path(),
        }

    def keep(self, session: MutableMapping[str, Any], shown: set[str]) -> None:
        """Remember for this session which columns are not among the chosen."""
        kept = dict(session.get(KEPT, {}))
        kept[self.name] = [
            column.key for column in self.columns if not column.fixed and column.key not in shown
        ]
        session[KEPT] = kept

    def _chosen(self, asked: Mapping[str, str]) -> tuple[Column | None, bool]:
        given = asked.get("sort", "")
        key = given.removeprefix("-")
        found = next((it for it in self.columns if it.by and it.key == key), None)
        return found, given.startswith("-")

    def _heading(self, column: Column, request: HttpRequest, hidden: set[str]) -> Heading:
        is_shown = column.fixed or column.key not in hidden
        if not column.by:
            return Heading(column, "", "", "", is_shown)
        first = self.order(request.GET)[0]
        sort = ""
        if first.removeprefix("-") == column.by:
            sort = DESCENDING if first.startswith("-") else ASCENDING
        # Of numbers one asks for the largest first.
        falls = sort == ASCENDING or (not sort and column.number)
        query = request.GET.copy()
        query.pop("after", None)
        query["sort"] = f"-{column.key}" if falls else column.key
        words = ("从小到大排", "从大到小排") if column.number else ("正序排", "倒序排")
        return Heading(column, f"?{query.urlencode()}", sort, words[falls], is_shown)
