"""推荐: which awarded works the city puts forward to the level above, with its words."""

from typing import Any

from django.db import transaction

from portal.kernel import audit
from portal.kernel.errors import Refused
from reading_program.choices import ListState
from reading_program.models import Recommendation, Result


@transaction.atomic
def recommend(result: Result, *, words: str, by: Any) -> Recommendation:
    """Put a final award forward; saying it again changes the words."""
    if result.list.state != ListState.FINAL or result.level is None or result.revoked_at:
        raise Refused("公示期满、结果正式以后，获奖的作品才能向上推荐")
    with audit.acting("recommendation.made", by=by):
        made, _ = Recommendation.objects.update_or_create(
            result=result, defaults={"words": words.strip(), "made_by": by}
        )
    audit.record("recommendation.made", made, by=by)
    return made


@transaction.atomic
def take_back(it: Recommendation, *, by: Any) -> None:
    audit.record("recommendation.taken_back", it, by=by)
    it.delete()
