"""Corrections of when a post was held."""

from datetime import date
from typing import Any

from django.db import transaction

from committees.models import Post
from portal.kernel import audit
from portal.kernel.calendar import date_cn
from portal.kernel.ranges import between
from portal.kernel.refusals import speaking_for


@transaction.atomic
def correct_dates(post: Post, *, first: date | None, last: date | None, by: Any) -> bool:
    """Set since when and until when the post was held; return whether anything changed."""
    if (post.period.lower, post.period.upper) == (first, last):
        return False
    with audit.acting("post.corrected", by=by), speaking_for(Post):
        post.period = between(first, last)
        post.save(update_fields=["period"])
    words = f"{date_cn(first) if first else '早先'}起"
    words += f"，到{date_cn(last)}为止" if last else ""
    note = f"{post.person} · {post.get_position_display()} · {words}"
    audit.record("post.corrected", post.committee, by=by, note=note)
    return True
