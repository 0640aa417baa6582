"""公示: everything pending is published at once, open to objection, and final when that is over."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from committees.services.workdays import Workdays
from portal.kernel import audit
from portal.kernel.calendar import date_cn
from portal.kernel.errors import Refused
from reading_program import notices
from reading_program.choices import EntryState, ListState
from reading_program.figures import results as figures
from reading_program.models import (
    AwardLevel,
    Certificate,
    Edition,
    Honour,
    Objection,
    Publicity,
    Result,
    ResultList,
)
from reading_program.services import honours
from reading_program.services.results import levels_of, refuse_withdrawn
from reading_program.workflow import CERTIFICATE, OBJECTION, PUBLICITY, RESULT_LIST

LONGEST = timedelta(days=120)  # a public list that stays longer is a slip
ONE_DAY = timedelta(days=1)
TAKEN_BACK = "学校已撤下作品"


def last_day(edition: Edition, *, starts_on: date, working_days: int) -> date:
    """The `working_days`-th day worked from `starts_on` on, that day included if it is one."""
    days = Workdays(edition.city_id, first=starts_on, last=starts_on + LONGEST)
    return days.after(starts_on - ONE_DAY, working_days)


@transaction.atomic
def publish(
    edition: Edition, *, starts_on: date, working_days: int, now: datetime, by: Any
) -> Publicity:
    """Publish every pending list of the edition together, with the honours they bring.

    Of two who press at once the second finds nothing pending and is refused.
    """
    Edition.objects.select_for_update().get(pk=edition.pk)
    pending = ResultList.objects.filter(edition=edition, state=ListState.PENDING)
    lists = list(pending.select_related("track", "group", "edition__city").order_by("pk"))
    if not lists:
        raise Refused("没有待公布的结果，可能刚才已经公布了，刷新页面看看")
    refuse_withdrawn(lists)
    results = figures.whole_results(Result.objects.filter(list__in=lists).awarded())
    if not results:
        raise Refused("名单里还没有一件授奖，先设等次再公布")
    made = Publicity.objects.create(
        edition=edition,
        starts_on=starts_on,
        working_days=working_days,
        ends_on=last_day(edition, starts_on=starts_on, working_days=working_days),
        published_by=by,
        published_at=now,
    )
    brought = _keep_honours(edition, made, results, by=by)
    made.rows = [*map(figures.public_row, results), *map(figures.public_honour, brought)]
    with audit.acting("publicity.opened", by=by):
        made.save(update_fields=["rows"])
    for each in lists:
        RESULT_LIST.advance(each, "publish", by=by, publicity=made, published_at=now)
    audit.record("publicity.opened", made, by=by, note=f"{len(results)} 件")
    notices.tell_schools(made, {each.entry.unit_id for each in results})
    return made


def _keep_honours(
    edition: Edition, made: Publicity, results: Sequence[Result], *, by: Any
) -> list[Honour]:
    """Those not given in an earlier publication of the same edition."""
    there = set(Honour.objects.filter(edition=edition).values_list("kind", "unit", "name"))
    new = [
        each
        for each in honours.proposed(results, honours.rules_of(edition))
        if (each.kind, each.unit_id, each.name) not in there
    ]
    for each in new:
        each.publicity = made
    with audit.acting("honour.given", by=by):
        return Honour.objects.bulk_create(new)


@transaction.atomic
def raise_objection(
    publicity: Publicity,
    *,
    ref: str,
    who: Mapping[str, str],
    facts: str,
    on: date,
) -> Objection:
    """Receive a signed objection to one row while the list is shown. `who`: name, unit, phone.

    By nobody with an account: it comes from the public page, so no actor is named.
    """
    row = next((row for row in shown_rows(publicity) if row["ref"] == ref), None)
    if not publicity.is_shown(on=on) or row is None:
        raise Refused("公示已经结束，有情况请直接向市教育局关工委反映")
    made = Objection(
        publicity=publicity,
        ref=ref,
        about=f"{row['section']}{row['level']} {row['name']} {row['school']}"[:200],
        facts=facts,
        **who,
    )
    return keep_objection(made, by=None)


@transaction.atomic
def keep_objection(made: Objection, *, by: Any) -> Objection:
    made.save()
    audit.record("objection.received", made, by=by)
    notices.tell_bureau(made)
    return made


@transaction.atomic
def handle(objection: Objection, *, upheld: bool, outcome: str, revoke: bool, by: Any) -> None:
    """Say what was found; an objection that holds may take the award back at once."""
    step = "uphold" if upheld else "dismiss"
    OBJECTION.advance(
        objection, step, by=by, note=outcome,
        handled_at=timezone.now(), handled_by=by, outcome=outcome.strip(),
    )  # fmt: skip
    if upheld and revoke:
        revoke_ref(objection.ref, reason=f"异议属实：{outcome.strip()}"[:200], by=by)


def revoke_ref(ref: str, *, reason: str, by: Any) -> None:
    kind, _, number = ref.partition(":")
    if kind == "result":
        revoke(Result.objects.get(pk=int(number)), reason=reason, by=by)
    else:
        revoke_honour(Honour.objects.get(pk=int(number)), reason=reason, by=by)


@transaction.atomic
def revoke(result: Result, *, reason: str, by: Any) -> None:
    """Take an award back after it was published. The next work is not moved up by it."""
    if result.list.state == ListState.PENDING:
        raise Refused("结果还没有公布，直接调整等次就行")
    _take_back(
        "result.revoked", result, Certificate.objects.filter(result=result), reason=reason, by=by
    )


@transaction.atomic
def revoke_honour(honour: Honour, *, reason: str, by: Any) -> None:
    _take_back(
        "honour.revoked", honour, Certificate.objects.filter(honour=honour), reason=reason, by=by
    )


def _take_back(
    verb: str, award: Result | Honour, certificates: Any, *, reason: str, by: Any
) -> None:
    """Mark an award as taken back, once, and void what was printed of it."""
    if not reason.strip():
        raise Refused("写一句为什么撤销")
    still = type(award)._default_manager.filter(pk=award.pk, revoked_at=None)
    with audit.acting(verb, by=by, note=reason):
        done = still.update(revoked_at=timezone.now(), revoke_reason=reason.strip())
    if not done:
        raise Refused("这一项刚才已经撤销了，刷新页面看看")
    _void(certificates, reason=reason, by=by)
    audit.record(verb, award, by=by, note=reason)


def _void(certificates: Any, *, reason: str, by: Any) -> None:
    for each in certificates.valid():
        CERTIFICATE.advance(
            each, "void", by=by, note=reason, voided_at=timezone.now(), void_reason=reason.strip()
        )


@transaction.atomic
def award_late(result: Result, *, level: AwardLevel, reason: str, on: date, by: Any) -> None:
    """补授 while the list is public: with a reason, and the days of publicity begin anew.

    Nothing else moves a work up once a list is published.
    """
    if not reason.strip():
        raise Refused("写一句为什么补授")
    publicity = Publicity.objects.select_for_update().filter(lists=result.list_id).first()
    if publicity is None or not publicity.is_shown(on=on):
        raise Refused("公示已经结束，不能再补授")
    if level not in levels_of(result.list.track, result.list.group):
        raise Refused("从这个项目的等次里选")
    with audit.acting("result.awarded_late", by=by, note=reason):
        Result.objects.filter(pk=result.pk).update(
            level=level, is_late=True, reason=reason.strip(), adjusted_by=by,
            adjusted_at=timezone.now(),
        )  # fmt: skip
        (whole,) = figures.whole_results(Result.objects.filter(pk=result.pk))
        row = figures.public_row(whole)
        publicity.rows = [each for each in publicity.rows if each["ref"] != row["ref"]] + [row]
        publicity.ends_on = last_day(
            publicity.edition, starts_on=on + ONE_DAY, working_days=publicity.working_days
        )
        publicity.save(update_fields=["rows", "ends_on"])
    audit.record("result.awarded_late", result, by=by, note=reason)


def shown_rows(publicity: Publicity) -> list[dict[str, Any]]:
    """The rows as frozen, without what was revoked or taken back since."""
    lists = Result.objects.filter(list__publicity=publicity)
    gone = lists.exclude(revoked_at=None) | lists.exclude(entry__state=EntryState.CITY)
    refs = {f"result:{pk}" for pk in gone.values_list("pk", flat=True)}
    revoked = publicity.honours.exclude(revoked_at=None)
    refs |= {f"honour:{pk}" for pk in revoked.values_list("pk", flat=True)}
    return [row for row in publicity.rows if row["ref"] not in refs]


@transaction.atomic
def end(publicity: Publicity, *, on: date, now: datetime, by: Any) -> None:
    """The days are over and every objection is answered: the results become final."""
    it = Publicity.objects.select_for_update().get(pk=publicity.pk)
    if on <= it.ends_on:
        raise Refused(f"公示到{date_cn(it.ends_on)}，期满以后才能转为正式结果")
    if waiting := it.objections.waiting().count():
        raise Refused(f"还有 {waiting} 件异议没有处理，处理完再转为正式结果")
    PUBLICITY.advance(it, "end", by=by, ended_at=now)
    gone = Result.objects.filter(list__publicity=it).awarded().exclude(entry__state=EntryState.CITY)
    for result in gone.select_related("list").order_by("pk"):
        revoke(result, reason=TAKEN_BACK, by=by)
    for each in it.lists.select_related("track", "group", "edition__city").order_by("pk"):
        RESULT_LIST.advance(each, "finish", by=by, final_at=now)


def end_due(*, on: date, now: datetime, by: Any = None) -> int:
    """Each morning: lists whose days are over become final, unless an objection still waits."""
    due = Publicity.objects.filter(ended_at=None, ends_on__lt=on).order_by("pk")
    ready = [each for each in due if not each.objections.waiting().exists()]
    for each in ready:
        end(each, on=on, now=now, by=by)
    return len(ready)
