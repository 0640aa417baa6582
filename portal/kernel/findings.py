"""What a test run has to say about the rows of a file, grouped so that a person can act on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    NOTE = "note"  # the row is taken, somebody should look at it
    REFUSED = "refused"  # the row is left out


class Place(NamedTuple):
    """A row of a sheet, by the number the spreadsheet shows."""

    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark about one row; ``sentence`` says in Chinese what is odd and what to do."""

    code: str
    sentence: str
    place: Place
    severity: Severity = Severity.NOTE


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """All remarks of one kind, with the rows they concern in file order."""

    code: str
    severity: Severity
    findings: tuple[Finding, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(dict.fromkeys(finding.place for finding in self.findings))


def grouped(findings: Iterable[Finding]) -> list[FindingGroup]:
    """Group by kind of remark: refused rows first, then by how many rows are concerned."""
    kinds: dict[tuple[Severity, str], list[Finding]] = {}
    for finding in findings:
        kinds.setdefault((finding.severity, finding.code), []).append(finding)
    groups = [FindingGroup(code, severity, tuple(of)) for (severity, code), of in kinds.items()]
    return sorted(groups, key=lambda g: (g.severity is not Severity.REFUSED, -len(g.findings)))


def refused_places(findings: Iterable[Finding]) -> set[Place]:
    """Return each refused row once, however many remarks it has."""
    return {f.place for f in findings if f.severity is Severity.REFUSED}
