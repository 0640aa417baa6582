from evaluations.models.bulletins import BulletinArticle, BulletinIssue, BulletinSeries
from evaluations.models.campaigns import (
    Appraisal,
    AppraisalEntry,
    AppraisalEvidence,
    Campaign,
    Title,
)
from evaluations.models.ledgers import Ledger, YearClose
from evaluations.models.rubrics import Rubric

__all__ = [
    "Appraisal",
    "AppraisalEntry",
    "AppraisalEvidence",
    "BulletinArticle",
    "BulletinIssue",
    "BulletinSeries",
    "Campaign",
    "Ledger",
    "Rubric",
    "Title",
    "YearClose",
]
