"""What the bureau asks for, before anything is done."""

from dataclasses import dataclass, field
from datetime import date

from committees.choices import ReopenCommittee, UnitChangeKind
from committees.models import RoleGrant, Unit
from portal.kernel.calendar import date_cn


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit that the change itself opens."""

    name: str
    kind: str
    stage: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Dates lie in the past or today: what is planned is entered when its day has come."""

    on: date
    note: str = ""

    @property
    def kind(self) -> UnitChangeKind:
        raise NotImplementedError

    @property
    def units(self) -> list[Unit]:
        """The units that exist already and take part."""
        raise NotImplementedError

    @property
    def words(self) -> str:
        raise NotImplementedError

    @property
    def summary(self) -> str:
        return f"{self.words}，自{date_cn(self.on)}起"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(Wish):
    unit: Unit
    to: Unit
    kind = UnitChangeKind.MOVE

    @property
    def units(self) -> list[Unit]:
        return [self.unit]

    @property
    def words(self) -> str:
        return f"“{self.unit}”改由“{self.to}”主管"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Wish):
    """`sources` close; `into` carries on for them, or a `new` unit under `under`."""

    sources: tuple[Unit, ...]
    into: Unit | None = None
    new: NewUnit | None = None
    under: Unit | None = None
    accounts: bool = True
    kind = UnitChangeKind.MERGE

    @property
    def units(self) -> list[Unit]:
        return [*self.sources, *([self.into] if self.into else [])]

    @property
    def words(self) -> str:
        names = "、".join(f"“{unit}”" for unit in self.sources)
        if self.into is not None:
            return f"{names}并入“{self.into}”"
        return f"{names}合并为“{self.new.name if self.new else ''}”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(Wish):
    """New units leave `unit`, which closes or goes on."""

    unit: Unit
    new: tuple[NewUnit, ...] = field(default_factory=tuple)
    closes: bool = False
    kind = UnitChangeKind.SPLIT

    @property
    def units(self) -> list[Unit]:
        return [self.unit]

    @property
    def words(self) -> str:
        names = "、".join(f"“{new.name}”" for new in self.new)
        return f"“{self.unit}”分为{names}" if self.closes else f"从“{self.unit}”分设{names}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Wish):
    unit: Unit
    kind = UnitChangeKind.CLOSE

    @property
    def units(self) -> list[Unit]:
        return [self.unit]

    @property
    def words(self) -> str:
        return f"“{self.unit}”撤销"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen(Wish):
    """What it had is given back as chosen: a committee of its own or another's, roles by name."""

    unit: Unit
    under: Unit
    committee: ReopenCommittee = ReopenCommittee.LATER
    grants: tuple[RoleGrant, ...] = ()
    kind = UnitChangeKind.REOPEN

    @property
    def units(self) -> list[Unit]:
        return [self.unit]

    @property
    def words(self) -> str:
        return f"“{self.unit}”恢复办学，由“{self.under}”主管"
