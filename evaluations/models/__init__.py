from evaluations.models.annual import (
    AnnualBulletin,
    AnnualReview,
    AnnualRound,
    AnnualSource,
    AnnualVolume,
    AnnualVolumePart,
    AnnualWord,
)
from evaluations.models.bulletins import BulletinArticle, BulletinIssue, BulletinSeries
from evaluations.models.campaigns import (
    Appraisal,
    AppraisalEntry,
    AppraisalEvidence,
    Campaign,
    Title,
)
from evaluations.models.editing import ArticleSource, WordCopy, WordReturn
from evaluations.models.ledgers import Ledger, YearClose
from evaluations.models.levels import Coaching, Recommendation, UpperList
from evaluations.models.objections import Objection
from evaluations.models.papers import OfficialPaper, PaperAnnex, PaperReceipt
from evaluations.models.rubrics import Rubric
from evaluations.models.statistics import (
    AnnualReport,
    ReportCorrection,
    StatisticsRound,
    StatisticsTable,
)
from evaluations.models.visits import (
    Assessor,
    MarkSheet,
    MarkSheetPhoto,
    Mending,
    Visit,
    VisitMark,
    VisitTeam,
)

__all__ = [
    "AnnualBulletin",
    "AnnualReport",
    "AnnualReview",
    "AnnualRound",
    "AnnualSource",
    "AnnualVolume",
    "AnnualVolumePart",
    "AnnualWord",
    "Appraisal",
    "AppraisalEntry",
    "AppraisalEvidence",
    "ArticleSource",
    "Assessor",
    "BulletinArticle",
    "BulletinIssue",
    "BulletinSeries",
    "Campaign",
    "Coaching",
    "Ledger",
    "MarkSheet",
    "MarkSheetPhoto",
    "Mending",
    "Objection",
    "OfficialPaper",
    "PaperAnnex",
    "PaperReceipt",
    "Recommendation",
    "ReportCorrection",
    "Rubric",
    "StatisticsRound",
    "StatisticsTable",
    "Title",
    "UpperList",
    "Visit",
    "VisitMark",
    "VisitTeam",
    "WordCopy",
    "WordReturn",
    "YearClose",
]
