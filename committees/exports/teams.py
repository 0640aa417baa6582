"""Lists of teams and people for Excel and WPS; those that may come back edited carry numbers."""

from collections.abc import Iterable, Sequence
from datetime import date

from committees.choices import CheckState, HaveResult, Position
from committees.figures.five_haves import in_order, timing
from committees.figures.teams import TermView, Unattended, Vacancy, half_label, why
from committees.imports import (
    returned_accounts,
    returned_five_haves,
    returned_people,
    returned_posts,
)
from committees.models import (
    FiveHavesCheck,
    Person,
    Post,
    RoleGrant,
    TeamInvitation,
    TeamRules,
    Unit,
)
from portal.kernel import returned
from portal.kernel.calendar import date_cn
from portal.kernel.workbooks import NewSheet, meaning_sheet, write_workbook


def _office(unit: Unit) -> str:
    return unit.office.name if unit.office else "市直属"


def people_workbook(people: Iterable[Person], *, on: date, filtered: str) -> bytes:
    """The register as the page shows it, telephone numbers masked; it may come back edited."""
    name = "五老名册"
    rows = [(person.pk, returned_people.texts_of(person)) for person in people]
    scope = [
        ("截至", date_cn(on)),
        ("条件", filtered or "全部"),
        ("手机", "只给出头三位和后四位；填上整个新号码才会改，清空就是删掉"),
        ("新增", "在最后加一行，编号空着，写上登记单位全称和姓名"),
        ("交回", returned.HOW_TO_RETURN.format(name)),
    ]
    return write_workbook(
        [
            *returned.sheets_for(name, returned_people.FIELDS, rows),
            meaning_sheet(scope),
        ]
    )


def posts_workbook(posts: Sequence[Post], *, on: date, filtered: str) -> bytes:
    """Who holds which post since when; since and until may come back edited."""
    name = "班子名单"
    ordered = returned_posts.in_sheet_order(list(posts))
    rows = [(each.pk, returned_posts.texts_of(each)) for each in ordered]
    scope = [
        ("截至", date_cn(on)),
        ("条件", filtered or "全部现任职务"),
        ("可以改的", "从哪天起、到哪天为止；填上“到哪天为止”就是卸任。新任职务在页面上登记"),
        ("交回", returned.HOW_TO_RETURN.format(name)),
    ]
    return write_workbook(
        [
            *returned.sheets_for(name, returned_posts.FIELDS, rows),
            meaning_sheet(scope),
        ]
    )


def vacancies_workbook(
    empty: Iterable[Vacancy],
    ending: Iterable[TermView],
    alone: Iterable[Unattended],
    *,
    on: date,
    rules: TeamRules,
) -> bytes:
    posts = [
        (
            _office(one.committee.host), one.committee.name, one.position.label,
            one.since, one.days, "超期" if one.is_late else "",
        )
        for one in empty
    ]  # fmt: skip
    terms = [
        (
            _office(view.term.committee.host), view.term.committee.name, view.term.number,
            view.term.period.upper, view.word,
        )
        for view in ending
        if view.term is not None
    ]  # fmt: skip
    units = [(_office(one.unit), one.unit.name, one.since, one.days) for one in alone]
    labels = "、".join(Position(each).label for each in rules.required_posts)
    scope = [
        ("截至", date_cn(on)),
        ("一定要有的职务", labels),
        ("空缺几天算超期", str(rules.vacancy_days)),
        ("空缺天数", "从上一位不再担任那天算；从来没有登记过的，从关工委成立那天算"),
    ]
    return write_workbook(
        [
            NewSheet("职务空缺", ("教办", "关工委", "职务", "空缺从", "空缺天数", "超期"), posts),
            NewSheet("届满", ("教办", "关工委", "第几届", "任期到", "情况"), terms),
            NewSheet("没有人能登录的单位", ("教办", "单位", "从", "天数"), units),
            meaning_sheet(scope),
        ]
    )


def candidates_workbook(
    people: Iterable[Person], invitations: dict[int, TeamInvitation], *, half: str
) -> bytes:
    rows = []
    for person in people:
        asked = invitations.get(person.pk)
        rows.append(
            (
                person.unit.name, person.name, why(person), person.original_post,
                person.strengths, asked.get_state_display() if asked else "还没有邀请",
                asked.invited_on if asked else None, asked.note if asked else "",
            )
        )  # fmt: skip
    headings = ("单位", "姓名", "怎么来的", "原工作单位及职务", "特长", "邀请", "邀请日期", "备注")
    return write_workbook([NewSheet(f"{half_label(half)}人选", headings, rows)])


def five_haves_workbook(
    rows: Iterable[tuple[Unit, FiveHavesCheck | None]], *, year: int, due: date | None, on: date
) -> bytes:
    """Every unit with its own word and the reviewer's side by side, and a sheet of the gaps."""
    name, whole, gaps = f"{year}年五有", [], []
    for unit, check in rows:
        number, told = returned_five_haves.number_of(unit, year), timing(check, due, on=on)
        whole.append((number, returned_five_haves.texts_of(unit, check, year=year, timing=told)))
        gaps += [(_office(unit), unit.name, *gap) for gap in _gaps(check)]
    scope = [
        ("年度", str(year)),
        ("截至", date_cn(on)),
        ("哪天前交", date_cn(due) if due else "没有定"),
        ("差距", f"只列{CheckState.CONFIRMED.label}而没有做到或只部分做到的"),
        ("可以改的", "自查、依据、本单位小结，还没有交的和退回的才能改；改好仍在页面上交"),
        ("交回", returned.HOW_TO_RETURN.format(name)),
    ]
    return write_workbook(
        [
            *returned.sheets_for(name, returned_five_haves.FIELDS, whole),
            NewSheet("差距", ("教办", "单位", "五有", "复核", "说明"), gaps),
            meaning_sheet(scope),
        ]
    )


def _gaps(check: FiveHavesCheck | None) -> list[tuple[str, str, str]]:
    """(which, what was found, note) of what the reviewer found wanting."""
    return [
        (each.get_have_display(), each.get_result_display(), each.reviewer_note)
        for each in (in_order(check) if check else [])
        if each.result and each.result != HaveResult.MET
    ]


def accounts_workbook(grants: Iterable[RoleGrant], *, on: date, filtered: str) -> bytes:
    """Who signs in where as what; a name may come back corrected, a password is never written."""
    name = "账号名单"
    rows = [(grant.pk, returned_accounts.texts_of(grant)) for grant in grants]
    scope = [
        ("截至", date_cn(on)),
        ("条件", filtered or "全部"),
        ("可以改的", "姓名；开通、停用、换人和重设密码在页面上办"),
        ("交回", returned.HOW_TO_RETURN.format(name)),
    ]
    return write_workbook(
        [
            *returned.sheets_for(name, returned_accounts.FIELDS, rows),
            meaning_sheet(scope),
        ]
    )
