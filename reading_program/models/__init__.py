from reading_program.models.batches import EntryBatch
from reading_program.models.certificates import Certificate, Recommendation
from reading_program.models.editions import Edition, EntryGroup, Stage, Track
from reading_program.models.entries import Entry, EntryAdviser, EntryFile
from reading_program.models.judging import BlindCopy, Judge, JudgingRound, ScoreSheet
from reading_program.models.likeness import EssayPrint, Likeness
from reading_program.models.plans import ImplementationPlan
from reading_program.models.publicity import Objection, Publicity
from reading_program.models.quotas import Quota
from reading_program.models.results import AwardLevel, Honour, HonourRules, Result, ResultList

__all__ = [
    "AwardLevel",
    "BlindCopy",
    "Certificate",
    "Edition",
    "Entry",
    "EntryAdviser",
    "EntryBatch",
    "EntryFile",
    "EntryGroup",
    "EssayPrint",
    "Honour",
    "HonourRules",
    "ImplementationPlan",
    "Judge",
    "JudgingRound",
    "Likeness",
    "Objection",
    "Publicity",
    "Quota",
    "Recommendation",
    "Result",
    "ResultList",
    "ScoreSheet",
    "Stage",
    "Track",
]
