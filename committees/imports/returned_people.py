"""The register of people as a list that may come back edited."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet

from committees.choices import ElderCategory, Gender, WorkStatus
from committees.figures import in_order, mask_phone
from committees.forms.dates import rough, spelled
from committees.forms.people import PersonForm
from committees.imports.returned_lists import ReturnedList, wanted
from committees.models import Person, Post, Unit
from committees.policy import Can
from committees.services import people
from portal.kernel import calendar
from portal.kernel.cells import Precision
from portal.kernel.journal import Journal, snapshot
from portal.kernel.returned import EditedRow, Texts

UNIT, NAME, PHONE, POSTS = "登记单位", "姓名", "手机", "现任职务"
# heading → fields of PersonForm
EDITABLE: dict[str, str] = {
    NAME: "name", "性别": "gender", "出生年月": "born_on", "状态": "work_status",
    "“五老”类别": "categories", "原工作单位及职务": "original_post",
    "退居二线时间": "stepped_back_on", "退休时间": "retired_on", "特长": "strengths",
    "名特优称号": "honour", "骨干": "is_backbone", "关爱导师": "is_mentor", PHONE: "phone",
}  # fmt: skip
FIELDS = [UNIT, *EDITABLE, POSTS]
# A date is kept with how exact it is.
BESIDE = {
    "retired_on": ["retired_on", "retired_precision"],
    "stepped_back_on": ["stepped_back_on", "stepped_back_precision"],
}
_WORDS: dict[str, dict[str, str]] = {
    "gender": {label: value for value, label in Gender.choices},
    "work_status": {label: value for value, label in WorkStatus.choices},
    "categories": {label: value for value, label in ElderCategory.choices},
}


def with_posts(people: QuerySet[Person]) -> QuerySet[Person]:
    held = Post.objects.filter(period__contains=calendar.today())
    return people.select_related("unit").prefetch_related(
        Prefetch("posts", queryset=held, to_attr="current_posts")
    )


def texts_of(person: Person) -> Texts:
    """One row as the sheet shows it; the person comes from `with_posts`."""
    posts = in_order(person.current_posts)  # type: ignore[attr-defined]
    return {
        UNIT: person.unit.name,
        NAME: person.name,
        "性别": person.get_gender_display(),
        "出生年月": _day(person.born_on, Precision.MONTH),
        "状态": person.get_work_status_display(),
        "“五老”类别": "、".join(ElderCategory(name).label for name in person.categories),
        "原工作单位及职务": person.original_post,
        "退居二线时间": _day(person.stepped_back_on, person.stepped_back_precision),
        "退休时间": _day(person.retired_on, person.retired_precision),
        "特长": person.strengths,
        "名特优称号": person.honour,
        "骨干": "是" if person.is_backbone else "",
        "关爱导师": "是" if person.is_mentor else "",
        PHONE: mask_phone(person.phone),
        POSTS: "、".join(post.get_position_display() for post in posts),
    }


def _day(day: Any, precision: str) -> str:
    known = rough(day, precision)
    return spelled(known) if known else ""


def form_for(texts: Texts, person: Person | None) -> PersonForm:
    """The same questions a page asks, answered by the row."""
    data: dict[str, Any] = {}
    for heading, name in EDITABLE.items():
        written = texts.get(heading, "")
        if name == "categories":
            words = [word for word in written.replace("，", "、").split("、") if word]
            data[name] = [_WORDS[name].get(word, word) for word in words]
        elif name in _WORDS:
            data[name] = _WORDS[name].get(written, written)
        elif name in {"is_backbone", "is_mentor"}:
            data[name] = written in {"是", "√", "有", "1"}
        else:
            data[name] = written
    if "*" in data["phone"]:
        data["phone"] = ""  # a masked number was not touched
    elif person is not None and not data["phone"]:
        data["forget_phone"] = bool(person.phone)
    return PersonForm(data, person=person)


def facts_of(
    row: EditedRow, person: Person, take: Mapping[str, bool]
) -> tuple[dict[str, Any], str]:
    """Facts of the cells to take, or the first sentence of why they cannot be read."""
    taken = wanted(row, take)
    texts = dict(texts_of(person)) | taken
    form = form_for(texts, person)
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        return {}, f"{form.fields[name].label}：{errors[0]}"
    facts = form.facts()
    names = [EDITABLE[heading] for heading in taken]
    kept = {each for name in names for each in BESIDE.get(name, [name])}
    return {name: value for name, value in facts.items() if name in kept}, ""


def rows(numbers: Collection[int], by: Any) -> dict[int, Texts]:
    found = Person.objects.reachable_by(by, Can.PEOPLE_EDIT).filter(pk__in=numbers)
    return {each.pk: texts_of(each) for each in with_posts(found)}


def change(
    row: EditedRow, take: Mapping[str, bool], journal: Journal, *, by: Any
) -> tuple[bool, str]:
    found = with_posts(Person.objects.filter(pk=row.pk))
    person = found.select_for_update(of=("self",)).get()
    facts, sentence = facts_of(row, person, take)
    if sentence or not facts:
        return False, sentence
    before = snapshot(person, facts)
    changed = people.correct(person, by=by, **facts)
    journal.changed(person, before)
    return bool(changed), ""


def take_new(texts: Texts, journal: Journal, *, by: Any) -> str:
    """A row without a number is a new person of a unit within reach."""
    units = Unit.objects.reachable_by(by, Can.PEOPLE_EDIT)
    unit = units.filter(name=texts.get(UNIT, "")).first()
    if unit is None:
        return "请写上您管的单位的全称"
    if Person.objects.filter(unit=unit, name=texts.get(NAME, "")).exists():
        return f"{unit}的名册里已经有同名的同志"
    form = form_for(texts, None)
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        return f"{form.fields[name].label}：{errors[0]}"
    journal.made(people.register(unit, by=by, **form.facts()))
    return ""


LIST = ReturnedList(
    fields=FIELDS,
    editable=list(EDITABLE),
    power=Can.PEOPLE_EDIT,
    rows=rows,
    title=lambda texts: f"{texts[NAME]}（{texts[UNIT]}）",
    change=change,
    take_new=take_new,
)
