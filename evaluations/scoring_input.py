"""Reading the two dicts of the scoring engine; each fault names its path."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

NUMBER = re.compile(r"\d{1,9}(\.\d{1,6})?")


class Malformed(ValueError):
    """An input that is refused whole; `path` is where its first fault stands."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}：{problem}")
        self.path = path
        self.problem = problem


def mapping_at(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Malformed(path, "这里应是一组“名称：值”")
    return value


def list_at(
    holder: Mapping[str, Any], key: str, path: str, *, default: list[Any] | None = None
) -> list[Any]:
    value = holder.get(key, default)
    if not isinstance(value, list):
        raise Malformed(f"{path}.{key}", "这里应是一个列表")
    return value


def text_at(holder: Mapping[str, Any], key: str, path: str) -> str:
    value = holder.get(key)
    if not isinstance(value, str) or not value:
        raise Malformed(f"{path}.{key}", "这里应写文字，不能空着")
    return value


def number_at(holder: Mapping[str, Any], key: str, path: str) -> Decimal:
    """A number the rubric must give: whole, or a decimal string, never negative."""
    if key not in holder:
        raise Malformed(f"{path}.{key}", "缺这个数")
    return _number(holder[key], f"{path}.{key}")


def amount_at(holder: Mapping[str, Any], key: str, path: str) -> Decimal:
    """What was found: a count, a percentage, or yes and no as 1 and 0; absent is 0."""
    value = holder.get(key)
    if value is None:
        return Decimal(0)
    if isinstance(value, bool):
        return Decimal(int(value))
    return _number(value, path)


def _number(value: Any, path: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise Malformed(path, '数字请写成整数，小数请写在引号里，如 "0.5"')
    if isinstance(value, Decimal) and (not value.is_finite() or abs(value.adjusted()) > 12):
        raise Malformed(path, "这个数太大、太小，或者不是数")
    if isinstance(value, int) and not 0 <= value <= 999_999_999:
        raise Malformed(path, "这个数要在 0 到 999999999 之间")
    written = format(value, "f") if isinstance(value, Decimal) else str(value)
    if not NUMBER.fullmatch(written):
        raise Malformed(path, f"“{written}”不是可用的数：要不小于0，整数不超过9位，小数不超过6位")
    return Decimal(written)
