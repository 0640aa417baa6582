"""Asking units for data: with a basis, with a price, and only for what nobody told before."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from committees.models import Unit, User
from committees.policy import ROLE_POWERS, Can
from portal.kernel import audit, notices
from portal.kernel.calendar import date_cn
from portal.kernel.errors import Refused
from portal.kernel.refusals import speaking_for
from portal.web.burden_figures import hours_words, over_ceiling, price, units_asked
from portal.web.catalogue import BY_CODE, known_for
from portal.web.models import BurdenCeiling, DataAnswer, DataField, DataRequest

ANSWERERS = [role for role, powers in ROLE_POWERS.items() if Can.REQUEST_ANSWER in powers]
Question = tuple[str, str, str]  # label, kind, reason


@transaction.atomic
def draft(city: Unit, *, questions: Sequence[Question], by: Any, **facts: Any) -> DataRequest:
    """Write a request down; what the records surely know is taken from them from the start."""
    with speaking_for(DataRequest, DataField), audit.acting("request.drafted", by=by):
        made = DataRequest.objects.create(city=city, created_by=by, **facts)
        _ask(made, questions)
    audit.record("request.drafted", made, by=by)
    return made


@transaction.atomic
def redraft(
    request: DataRequest, *, questions: Sequence[Question], by: Any, **facts: Any
) -> DataRequest:
    """Write it anew; nobody has been asked yet."""
    held = _held(request)
    with speaking_for(DataRequest, DataField), audit.acting("request.redrafted", by=by):
        for name, value in facts.items():
            setattr(held, name, value)
        held.save()
        held.fields.all().delete()
        _ask(held, questions)
    audit.record("request.redrafted", held, by=by)
    return held


def _ask(request: DataRequest, questions: Sequence[Question]) -> None:
    if not questions:
        raise Refused("写上要问什么，一行写一项")
    made = []
    for place, (label, kind, reason) in enumerate(questions, start=1):
        likely = known_for(label) if kind != "file" else []
        source = likely[0].code if likely else ""
        made.append(
            DataField(
                request=request, position=place, label=label, kind=kind, reason=reason,
                source=source,
            )
        )  # fmt: skip
    DataField.objects.bulk_create(made)


@transaction.atomic
def choose_sources(request: DataRequest, *, sources: Mapping[int, str], by: Any) -> None:
    """Take these fields (by pk) from the records, or ask for them ("")."""
    held = _held(request)
    for field in held.fields.select_for_update():
        source = sources.get(field.pk, "")
        known = {one.code for one in known_for(field.label)}
        if source and source not in known:
            raise Refused(f"“{field.label}”要从列出来的几项里选一项")
        if source != field.source:
            field.source = source
            field.save(update_fields=["source"])
    audit.record("request.sources_chosen", held, by=by)


@transaction.atomic
def send(request: DataRequest, *, on: date, now: datetime, by: Any) -> int:
    """Ask every unit of the kinds chosen, once; return how many have something to fill in.

    Raises Refused when a unit would be asked for more than the city allows itself in a month.
    """
    held = _held(request)
    most, over = over_ceiling(held, on=on)
    if over:
        names = "、".join(unit.name for unit in over[:3])
        more = f"等 {len(over)} 个单位" if len(over) > 3 else ""
        raise Refused(
            f"{names}{more}这个月已经快到上限（每月 {most} 分钟）了。少问几项，或者改到下个月再发"
        )
    fields, units = list(held.fields.all()), list(units_asked(held, on=on))
    if not units:
        raise Refused("现在没有这一类单位可问，改一下“向谁要”")
    cost = price(fields)
    known = _from_records(held, fields, on=on)
    with audit.acting("request.sent", by=by):
        DataAnswer.objects.bulk_create(
            DataAnswer(
                request=held, unit=unit, asked_on=on, fields_asked=cost.fields,
                uploads_asked=cost.uploads, minutes=cost.minutes,
                values=known.get(unit.pk, {}), answered_at=None if cost.fields else now,
            )
            for unit in units
        )  # fmt: skip
        held.sent_at = now
        held.save(update_fields=["sent_at"])
    price_words = hours_words(cost.minutes * len(units))
    audit.record("request.sent", held, by=by, note=f"{len(units)} 个单位，共约 {price_words}")
    if not cost.fields:
        return 0
    _tell(held, units, on=on)
    return len(units)


def _from_records(
    request: DataRequest, fields: Sequence[DataField], *, on: date
) -> dict[int, dict[str, str]]:
    """unit pk → field pk as text → value, for the fields that have a source."""
    units = units_asked(request, on=on)
    found: dict[int, dict[str, str]] = {}
    for field in fields:
        if field.source:
            for unit, value in BY_CODE[field.source].read(units, on.year).items():
                found.setdefault(unit, {})[str(field.pk)] = value
    return found


def _tell(request: DataRequest, units: Sequence[Unit], *, on: date) -> None:
    people = User.objects.filter(
        grants__unit__in=units,
        grants__role__in=ANSWERERS,
        grants__period__contains=on,
        is_active=True,
    )
    due = date_cn(request.due_on)
    notices.notify(people, f"请填“{request}”，{due}前交", reverse("web:requests"))


@transaction.atomic
def answer(it: DataAnswer, *, values: Mapping[str, Any], now: datetime, by: Any) -> DataAnswer:
    """Write the unit's answers; they may be mended until the request is closed."""
    held = DataAnswer.objects.select_for_update().select_related("request").get(pk=it.pk)
    if held.request.closed_at is not None:
        raise Refused("这次收集已经结束了，有要改的请打电话告诉发起单位")
    with audit.acting("request.answered", by=by):
        held.values = {**held.values, **values}
        held.answered_at, held.answered_by = now, by
        held.save(update_fields=["values", "answered_at", "answered_by"])
    audit.record("request.answered", held, by=by)
    return held


@transaction.atomic
def close(request: DataRequest, *, now: datetime, by: Any) -> None:
    """Ask no further; who has not answered is left in peace."""
    held = DataRequest.objects.select_for_update().get(pk=request.pk)
    if held.sent_at is None or held.closed_at is not None:
        raise Refused("这次收集已经结束了，刷新页面看看")
    held.closed_at = now
    held.save(update_fields=["closed_at"])
    audit.record("request.closed", held, by=by)


@transaction.atomic
def set_ceiling(city: Unit, *, minutes: int | None, by: Any) -> None:
    """At most so many minutes a unit and month; None takes the ceiling away."""
    if minutes is None:
        BurdenCeiling.objects.filter(city=city).delete()
    else:
        BurdenCeiling.objects.update_or_create(city=city, defaults={"minutes": minutes})
    audit.record("burden.ceiling_set", city, by=by, note=f"{minutes or '没有'} 分钟")


def _held(request: DataRequest) -> DataRequest:
    held = DataRequest.objects.select_for_update().get(pk=request.pk)
    if held.sent_at is not None:
        raise Refused("已经发出去了，不能再改。要补问，另发一次")
    return held


def waiting_of(units: Sequence[Unit]) -> QuerySet[DataAnswer]:
    """What these units have still to answer."""
    return DataAnswer.objects.waiting().filter(unit__in=units)


@transaction.atomic
def hand_over(sources: Sequence[Unit], target: Unit, *, by: Any) -> None:
    """The target answers what the sources had still to answer, each request once."""
    asked = set(DataAnswer.objects.filter(unit=target).values_list("request_id", flat=True))
    with audit.acting("request.handed_over", by=by):
        for it in waiting_of(sources).order_by("pk"):
            if it.request_id in asked:
                it.delete()
                continue
            asked.add(it.request_id)
            it.unit = target
            it.save(update_fields=["unit"])


@transaction.atomic
def ask_no_more(unit: Unit, *, by: Any) -> None:
    """A unit that closes answers nothing any more, and is missing in no list of who did not."""
    with audit.acting("request.unit_closed", by=by):
        waiting_of([unit]).delete()
