"""Forms of visits: teams, the days, one assessor's marks, feedback, what is to mend."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from committees.models import RoleGrant, Unit
from evaluations.choices import RingOver, Way
from evaluations.models import VisitTeam
from evaluations.scoring import plain
from evaluations.services.mark_sheets import MarkedMeanwhile
from evaluations.services.on_the_spot import Taken, Taking
from evaluations.services.visits import Mark, Person
from portal.kernel import calendar, codes
from portal.kernel.forms import CountField, DayField, DayInput, narrow, read_day

MOST_DAYS = 10
MOST_NAMED = 3  # lines one sentence names


class TeamForm(forms.Form):
    people = forms.CharField(
        label="组里有谁", max_length=1000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="一行一人，先写姓名，空一格写单位全名，例如：王建国 云山小学。"
        "不会派他们去看自己单位",
        error_messages={"required": "请写组里有谁，一行一人"},
    )  # fmt: skip

    def __init__(self, *args: Any, city: Unit, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.city = city

    def clean_people(self) -> list[Person]:
        lines = [line.split() for line in self.cleaned_data["people"].splitlines() if line.strip()]
        names = {line[1] for line in lines if len(line) == 2}
        units = {
            unit.name: unit
            for unit in Unit.objects.filter(city=self.city, name__in=names).open_on(
                calendar.today()
            )
        }
        if self.city.name in names:
            units[self.city.name] = self.city
        found = []
        for number, line in enumerate(lines, start=1):
            if len(line) != 2:
                raise ValidationError(f"第 {number} 行请写成“姓名 单位”，中间空一格")
            if line[1] not in units:
                raise ValidationError(f"第 {number} 行的“{line[1]}”没有查到，请写单位全名")
            found.append(self._person(line[0][:30], units[line[1]]))
        return found

    def _person(self, name: str, unit: Unit) -> Person:
        """With the account of that name at the unit, where there is one."""
        grant = RoleGrant.objects.filter(
            unit=unit, user__name=name, user__is_active=True, period__contains=calendar.today()
        )
        first = grant.select_related("user").order_by("pk").first()
        return Person(name, unit, first.user if first else None)


class PlanForm(forms.Form):
    days = forms.CharField(
        label="哪几天去看", max_length=200, help_text="几天用空格隔开，例如：2026-12-3 2026-12-4",
        error_messages={"required": "请写哪几天去看"},
    )  # fmt: skip
    most = CountField(
        label="每组每天最多看几家", help_text="路上的时间也要算进去，一般 3 到 4 家",
        missing="请写每组每天最多看几家", min_value=1, max_value=20,
        initial=6,
    )  # fmt: skip

    def clean_days(self) -> list[Any]:
        today = calendar.today()
        found = []
        for word in self.cleaned_data["days"].replace("，", " ").replace("、", " ").split():
            day = read_day(word, on=today.replace(month=12, day=31))
            if day is None:
                raise ValidationError(f"看不懂“{word}”，请写成 2026-12-3")
            if day < today:
                raise ValidationError(f"“{word}”已经过去了，请写今天以后的日子")
            found.append(day)
        if len(found) > MOST_DAYS:
            raise ValidationError(f"一次最多排 {MOST_DAYS} 天")
        return found


class WayForm(forms.Form):
    way = forms.ChoiceField(
        label="怎么看", choices=Way.choices, widget=forms.RadioSelect,
        error_messages={"required": "请选怎么看"},
    )  # fmt: skip


class RingForm(forms.Form):
    over = forms.ChoiceField(
        label="在多大范围里互查", choices=RingOver.choices, widget=forms.RadioSelect,
        initial=RingOver.CITY, error_messages={"required": "请选在多大范围里互查"},
    )  # fmt: skip
    day = DayField(label="哪一天互查", missing="请写哪一天互查", future=True, widget=DayInput)
    seed = forms.CharField(
        label="抽签种子", max_length=40, help_text="写一个大家都看得到的数，谁都能照着重抽一遍",
        error_messages={"required": "请写抽签种子"},
    )  # fmt: skip


class MoveForm(forms.Form):
    team = forms.ModelChoiceField(
        label="移到哪一组", queryset=VisitTeam.objects.none(), empty_label=None,
        widget=forms.RadioSelect,
    )  # fmt: skip
    day = DayField(label="哪一天去", missing="请写哪一天去", future=True, widget=DayInput)

    def __init__(self, *args: Any, teams: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        narrow(self, "team", teams)


class MarksForm(forms.Form):
    """One dimension for one assessor: a number and, below the maximum, why. Empty stays open."""

    def __init__(
        self, *args: Any, criteria: Sequence[Mapping[str, Any]], own: Mapping[str, Any],
        told: Mapping[str, str], **kw: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kw)
        self.criteria = criteria
        for criterion in criteria:
            code, mark = criterion["code"], own.get(criterion["code"])
            score = forms.DecimalField(
                label=f"得分（满分 {criterion['max']}）", required=False, min_value=0,
                max_value=Decimal(criterion["max"]), decimal_places=2,
                initial=mark.score.normalize() if mark else None,
                help_text=f"自评 {told[code]}" if told.get(code) else "",
                error_messages={"max_value": "不能超过满分 %(limit_value)s"},
            )  # fmt: skip
            score.may_wait = True  # type: ignore[attr-defined]
            remark = forms.CharField(
                label="扣分理由", required=False, max_length=500,
                initial=mark.remark if mark else "",
            )  # fmt: skip
            remark.may_wait = True  # type: ignore[attr-defined]
            self.fields[_name(code, "score")], self.fields[_name(code, "remark")] = score, remark

    def groups(self) -> Iterator[tuple[Mapping[str, Any], list[forms.BoundField]]]:
        for criterion in self.criteria:
            code = criterion["code"]
            yield criterion, [self[_name(code, "score")], self[_name(code, "remark")]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for criterion in self.criteria:
            score = data.get(_name(criterion["code"], "score"))
            below = score is not None and score < Decimal(criterion["max"])
            if below and not data.get(_name(criterion["code"], "remark"), "").strip():
                self.add_error(_name(criterion["code"], "remark"), "没有给满分，请写扣分理由")
        return data

    def marks(self) -> dict[str, Mark | None]:
        """Every criterion asked for; None where it was left open."""
        found: dict[str, Mark | None] = {}
        for criterion in self.criteria:
            score = self.cleaned_data[_name(criterion["code"], "score")]
            remark = self.cleaned_data[_name(criterion["code"], "remark")]
            found[criterion["code"]] = None if score is None else Mark(score, remark)
        return found

    def name_others(self, meanwhile: MarkedMeanwhile) -> None:
        """Say beside each mark that differs what another hand has saved."""
        self.add_error(None, str(meanwhile))
        for code in meanwhile.others:
            mark = meanwhile.standing[code]
            why = f"（{mark.remark}）" if mark.remark else ""
            who = mark.typed_by or "别人"
            self.add_error(
                _name(code, "score"),
                f"{who}刚存的是 {plain(mark.score)} 分{why}；再存一次就改成您填的",
            )


def with_others(data: QueryDict, meanwhile: MarkedMeanwhile) -> QueryDict:
    """What was typed, and where nothing was, what another hand has saved meanwhile."""
    kept = data.copy()
    for code, mark in meanwhile.standing.items():
        if not kept.get(_name(code, "score")):
            kept[_name(code, "score")] = plain(mark.score)
            kept[_name(code, "remark")] = mark.remark
    return kept


class SheetForm(MarksForm):
    """A whole sheet of paper, in the printed order, with its sum as the check of typing."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["sum"] = forms.DecimalField(
            label="纸上的合计", required=False, min_value=0, decimal_places=2,
            help_text="纸上写了合计就输进来，各条加起来要等于它；没有写的空着",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        given = data.get("sum")
        scores = {c["code"]: data.get(_name(c["code"], "score")) for c in self.criteria}
        typed = {code: score for code, score in scores.items() if score is not None}
        total = sum(typed.values(), Decimal(0))
        if given is not None and not self.errors and given != total:
            self.add_error("sum", self._is_off(typed, given, total))
        return data

    def _is_off(self, typed: Mapping[str, Decimal], given: Decimal, total: Decimal) -> str:
        """Which line most likely was mistyped; points are compared in hundredths."""
        codes_typed, most = list(typed), {c["code"]: Decimal(c["max"]) for c in self.criteria}
        places = codes.doubtful([int(score * 100) for score in typed.values()], int(given * 100))
        meant = [codes_typed[at] for at in places]
        names = [one for one in meant if 0 <= typed[one] + given - total <= most[one]]
        look = f"请先看 {'、'.join(names)}" if 0 < len(names) <= MOST_NAMED else "请逐条核对"
        return (
            f"各条加起来是 {plain(total)} 分，纸上的合计是 {plain(given)} 分。{look}；"
            "要是纸上合计算错了，把这一格空着再存"
        )


class TakeForm(forms.Form):
    """The city's points of what was seen there, opened with the mean and the remarks."""

    def __init__(self, *args: Any, offers: Sequence[Taking], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.offers = {one.code: one for one in offers if one.bears is not None}
        for code, one in self.offers.items():
            bears = one.bears or Decimal(0)
            standing = Decimal(one.city) if one.city else one.offered
            self.fields[_name(code, "score")] = forms.DecimalField(
                label=f"复评给几分（满分 {plain(one.maximum)}）", min_value=0, max_value=bears,
                decimal_places=2, required=False,
                initial=plain(standing),
                error_messages={
                    "max_value": "按已有的答案最多 %(limit_value)s 分；要给更多，请先改这一条的答案"
                },
            )  # fmt: skip
            self.fields[_name(code, "reason")] = forms.CharField(
                label="扣分理由", max_length=500, required=False,
                initial=one.why if standing < one.maximum else "",
            )  # fmt: skip
            for part in ("score", "reason"):
                self.fields[_name(code, part)].may_wait = True  # type: ignore[attr-defined]

    def rows(self, offers: Sequence[Taking]) -> Iterator[tuple[Taking, list[forms.BoundField]]]:
        """`offers` as they stand by now, each with its fields; none where it does not apply."""
        for one in offers:
            own = [_name(one.code, "score"), _name(one.code, "reason")]
            yield one, [self[name] for name in own if name in self.fields]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for code, one in self.offers.items():
            score = data.get(_name(code, "score"))
            below = score is not None and score < one.maximum
            if below and not data.get(_name(code, "reason"), "").strip():
                self.add_error(_name(code, "reason"), "没有给满分，请写扣分理由")
        return data

    def wanted(self) -> dict[str, Taken]:
        """What is given; a score left open stays the city's to say later."""
        return {
            code: Taken(score, self.cleaned_data[_name(code, "reason")])
            for code in self.offers
            if (score := self.cleaned_data[_name(code, "score")]) is not None
        }


def _name(code: str, part: str) -> str:
    return f"c{code.replace('.', '_')}__{part}"


class FeedbackForm(forms.Form):
    words = forms.CharField(
        label="当场反馈", max_length=2000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="好在哪里、差在哪里，当天讲给学校听的话",
        error_messages={"required": "请写反馈了什么"},
    )  # fmt: skip
    told_to = forms.CharField(
        label="反馈给谁", max_length=60, error_messages={"required": "请写反馈给了谁"}
    )


class MendingForm(forms.Form):
    words = forms.CharField(
        label="要整改什么", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="一行写一件，每件在对方的待办里是一张卡片",
        error_messages={"required": "请写要整改什么，一行写一件"},
    )  # fmt: skip
    due_on = DayField(
        label="整改到哪一天", missing="请写整改到哪一天", future=True, widget=DayInput
    )


class WordsForm(forms.Form):
    words = forms.CharField(
        label="说明", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写几句说明"},
    )  # fmt: skip
