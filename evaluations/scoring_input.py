"""Reading the two dicts of the scoring engine; each fault names its path."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
UNPRINTABLE = re.compile(r"[\x00\ud800-\udfff]")


class Malformed(ValueError):
    """An input that is refused whole; `path` is where its first fault stands."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}：{problem}")
        self.path = path
        self.problem = problem

    def under(self, name: str) -> "Malformed":
        """The same fault with the file's name before its path, where it is not there yet."""
        path = self.path if self.path.startswith(name) else f"{name}：{self.path}"
        return Malformed(path, self.problem)


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


def well_named(holder: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """A part as it is, when its name is text and its maximum a number, where it gives them.

    The engine sums criteria and needs neither; a person who reads the table does.
    """
    if "name" in holder:
        text_at(holder, "name", path)
    if "max" in holder:
        number_at(holder, "max", path)
    return holder


def once(code: str, seen: set[str], path: str) -> str:
    """The code, which none of its neighbours in `seen` has."""
    if code in seen:
        raise Malformed(f"{path}.code", f"编号“{code}”重复")
    seen.add(code)
    return code


def printable(value: Any, path: str) -> None:
    """Refuse a text with a zero byte or half a character: no file and no database keeps those."""
    if isinstance(value, str):
        if UNPRINTABLE.search(value):
            raise Malformed(path, "这里有显示不出来的字符，请重新输入这一处")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            printable(key, f"{path} 的一个名称")
            printable(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            printable(inner, f"{path}[{place}]")


def no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """For json.loads(object_pairs_hook=…): the same name twice would silently lose the first."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise Malformed(double, "同一组里写了两次，请只留一个")
    return found


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
