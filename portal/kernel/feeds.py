"""Calendars a telephone subscribes to (iCalendar, RFC 5545); the only door to icalendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """`uid` stays the same for the life of the thing; times are aware."""

    uid: str
    title: str
    start: datetime
    end: datetime
    place: str
    words: str
    changed_at: datetime
    is_firm: bool = True


def calendar_feed(name: str, events: Iterable[FeedEvent]) -> bytes:
    """Return the feed; each event rings the evening before, a day ahead."""
    feed = Calendar()
    feed.add("prodid", "-//Yuanding//lectures//ZH")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", name)
    for it in events:
        event = Event()
        event.add("uid", it.uid)
        event.add("summary", it.title)
        event.add("dtstart", it.start)
        event.add("dtend", it.end)
        event.add("location", it.place)
        event.add("description", it.words)
        event.add("dtstamp", it.changed_at)
        event.add("status", "CONFIRMED" if it.is_firm else "TENTATIVE")
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", it.title)
        alarm.add("trigger", timedelta(days=-1))
        event.add_component(alarm)
        feed.add_component(event)
    return bytes(feed.to_ical())
