"""What a change did, in sentences, read from the rows it wrote."""

from collections import Counter
from typing import Any

from activities.choices import ActivityState
from activities.models import Activity
from committees.models import (
    Committee,
    CommitteeService,
    Post,
    RoleGrant,
    Unit,
    UnitMembership,
    UnitPeriod,
    UnitSuccession,
)
from portal.kernel.calendar import date_cn
from portal.kernel.journal import Entry
from portal.web.unit_changes.reading_effects import sections_of_reading
from portal.web.unit_changes.work_effects import sections_of_work
from portal.web.unit_changes.written import Section, Written, counted, names_of, unit_name

UNFINISHED = {ActivityState.DRAFT, ActivityState.RETURNED}


def sections_of(entries: list[Entry]) -> list[Section]:
    return [
        Section("单位和主管", _places(entries)),
        Section("关工委和班子", _committees(entries)),
        Section("人员和账号", _people(entries)),
        Section("活动记录", _records(entries)),
        *sections_of_work(entries),
        *sections_of_reading(entries),
    ]


def _places(entries: list[Entry]) -> list[str]:
    periods = Written(entries, UnitPeriod._meta.label)
    members = Written(entries, UnitMembership._meta.label)
    parted = {link.unit_id: link.parent for link in members.of_changed("period")}
    return [
        *(f"“{it.unit}”从{date_cn(it.period.lower)}起开办" for it in periods.of_made()),
        *(_under(link, parted.get(link.unit_id)) for link in members.of_made()),
        *(
            f"“{it.unit}”从{date_cn(it.period.upper)}起不再计入应完成数和覆盖率"
            for it in periods.of_changed("period")
        ),
        *_successions(entries),
    ]


def _under(link: UnitMembership, before: Unit | None) -> str:
    old = f"，这天以前的仍算在“{before}”" if before else ""
    return f"“{link.unit}”由“{link.parent}”主管{old}"


def _successions(entries: list[Entry]) -> list[str]:
    links = Written(entries, UnitSuccession._meta.label)
    return [
        *(
            f"“{link.predecessor}”当年已经做的，算在“{link.successor}”名下，不重复算"
            if link.carries_duties
            else f"“{link.successor}”从“{link.predecessor}”分出，当年的事从头做起"
            for link in links.of_made()
        ),
        *(
            f"“{link.predecessor}”自己做的，重新算它自己的，不再算给“{link.successor}”"
            for link in links.of_changed("period")
        ),
    ]


def _committees(entries: list[Entry]) -> list[str]:
    committees = Written(entries, Committee._meta.label)
    services = Written(entries, CommitteeService._meta.label)
    covered = {link.unit_id: link for link in services.of_made()}
    return [
        *(f"新设“{made}”，班子要另外登记" for made in committees.of_made()),
        *(f"“{joint}”改为联合关工委" for joint in committees.of_changed("is_joint")),
        *(f"“{gone}”撤销" for gone in committees.of_changed("dissolved_on")),
        *(f"“{link.unit}”由“{link.committee}”覆盖" for link in covered.values()),
        *(
            f"“{link.unit}”不再由“{link.committee}”覆盖"
            for link in services.of_changed("period")
            if link.unit_id not in covered
        ),
        *_posts(entries),
    ]


def _posts(entries: list[Entry]) -> list[str]:
    posts = Written(entries, Post._meta.label)
    ended = [f"{post.person}（{post.get_position_display()}）" for post in posts.of_changed()]
    lines = [f"{len(ended)} 个职务到这天为止：{names_of(ended)}"] if ended else []
    later = [f"{len(posts.removed)} 个这天以后才开始的职务取消"] if posts.removed else []
    return lines + later


def _people(entries: list[Entry]) -> list[str]:
    lines = []
    people = Written(entries, "committees.Person").of_changed("unit")
    for unit, count in Counter(person.unit_id for person in people).items():
        names = names_of(person.name for person in people if person.unit_id == unit)
        lines.append(f"{count} 位登记在册的同志转到“{unit_name(unit)}”：{names}")
    grants = Written(entries, RoleGrant._meta.label)
    lines += _by_unit(grants.of_made(), "{count} 个账号可以为“{unit}”办事：{names}")
    lines += _by_unit(grants.of_changed("period"), "{count} 个账号不再能为“{unit}”办事：{names}")
    if grants.removed:
        lines.append(f"{len(grants.removed)} 个还没开始的权限取消")
    return lines


def _by_unit(grants: list[Any], sentence: str) -> list[str]:
    counted = Counter(grant.unit_id for grant in grants)
    return [
        sentence.format(
            count=count,
            unit=unit_name(unit),
            names=names_of(
                f"{grant.user}（{grant.get_role_display()}）"
                for grant in grants
                if grant.unit_id == unit
            ),
        )
        for unit, count in counted.items()
    ]


def _records(entries: list[Entry]) -> list[str]:
    records = Written(entries, Activity._meta.label)
    handed = records.of_changed("unit")
    kept = [row for row in records.of_changed() if row not in handed]
    lines = []
    lines += counted(
        [row for row in handed if row.state in UNFINISHED],
        "unit_id", "{count} 份没写完的记录（草稿、退回的）由“{unit}”接着写",
    )  # fmt: skip
    lines += counted(
        [row for row in handed if row.state not in UNFINISHED],
        "unit_id", "{count} 条这天及以后的记录改记在“{unit}”名下",
    )  # fmt: skip
    lines += counted(
        [row for row in kept if records.before(row, "office") is not None
         and row.state != ActivityState.DRAFT],
        "office_id", "{count} 条这天及以后的记录，当时隶属改为“{unit}”",
    )  # fmt: skip
    lines += counted(
        [row for row in kept if records.before(row, "receiver") is not None],
        "receiver_id", "{count} 条待审核的记录改由“{unit}”审",
    )  # fmt: skip
    credits = Written(entries, "activities.Credit")
    given = [*credits.of_changed("unit"), *credits.of_made()]
    lines += counted(given, "unit_id", "{count} 项已记的完成情况算在“{unit}”名下")
    return lines
