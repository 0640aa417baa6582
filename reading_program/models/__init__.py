from reading_program.models.batches import EntryBatch
from reading_program.models.editions import Edition, EntryGroup, Stage, Track
from reading_program.models.entries import Entry, EntryAdviser, EntryFile
from reading_program.models.judging import BlindCopy, Judge, JudgingRound, ScoreSheet
from reading_program.models.likeness import EssayPrint, Likeness
from reading_program.models.plans import ImplementationPlan
from reading_program.models.quotas import Quota

__all__ = [
    "BlindCopy",
    "Edition",
    "Entry",
    "EntryAdviser",
    "EntryBatch",
    "EntryFile",
    "EntryGroup",
    "EssayPrint",
    "ImplementationPlan",
    "Judge",
    "JudgingRound",
    "Likeness",
    "Quota",
    "ScoreSheet",
    "Stage",
    "Track",
]
