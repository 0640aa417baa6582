"""How far an edition has come: its stages by the day, and each track from entry to award."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from reading_program.choices import HOLDING, EntryState, SheetState
from reading_program.models import Edition, Entry, ScoreSheet
from reading_program.models.results import TOLD

# What is given is counted once it is told; before that nobody but the bureau knows it.
STEPS = {
    "handed_in": Q(state__in=HOLDING),
    "at_city": Q(state=EntryState.CITY),
    "awarded": Q(
        result__list__state__in=TOLD, result__level__isnull=False, result__revoked_at=None
    ),
}
STEP_WORDS = {"handed_in": "学校报上来", "at_city": "报到市里", "awarded": "获奖"}


@dataclass(frozen=True, slots=True)
class TrackFunnel:
    """One track: entries handed in, passed on to the city, judged (of so many sheets), awarded."""

    code: str
    name: str
    handed_in: int
    at_city: int
    sheets: int
    judged: int
    awarded: int

    @property
    def percent(self) -> int:
        return self.judged * 100 // self.sheets if self.sheets else 0

    @property
    def word(self) -> str:
        """What of the judging is left, or that it is over."""
        if not self.sheets:
            return "还没开评"
        left = self.sheets - self.judged
        return f"剩 {left} 份没评" if left else "评完了"


def steps(edition: Edition, *, on: date) -> list[dict[str, str]]:
    """The stages as templates/components/stepper.html shows them."""
    return [_step(stage.name, stage.starts_on, stage.ends_on, on) for stage in edition.stages.all()]


def _step(label: str, first: date, last: date, on: date) -> dict[str, str]:
    if on > last:
        state = "done"
    else:
        state = "current" if on >= first else "later"
    note = f"{first.month}月{first.day}日—{last.month}月{last.day}日"
    return {"label": label, "state": state, "note": note}


def funnel(edition: Edition, seen: QuerySet[Entry]) -> list[TrackFunnel]:
    """The tracks in their order over the entries given, in three queries."""
    entries = seen.filter(edition=edition).order_by()
    counts = {
        track: numbers
        for track, *numbers in entries.values_list("track").annotate(
            **{step: Count("pk", filter=behind) for step, behind in STEPS.items()}
        )
    }
    sheets = {
        track: numbers
        for track, *numbers in ScoreSheet.objects.filter(copy__entry__in=entries.values("pk"))
        .exclude(state=SheetState.DECLINED)
        .order_by()
        .values_list("copy__entry__track")
        .annotate(all=Count("pk"), judged=Count("pk", filter=Q(state=SheetState.SUBMITTED)))
    }
    found = []
    for track in edition.tracks.all():
        handed_in, at_city, given = counts.get(track.pk, (0, 0, 0))
        total, judged = sheets.get(track.pk, (0, 0))
        made = TrackFunnel(track.code, track.name, handed_in, at_city, total, judged, given)
        found.append(made)
    return found
