from reading_program.models.editions import Edition, EntryGroup, Stage, Track
from reading_program.models.plans import ImplementationPlan

__all__ = ["Edition", "EntryGroup", "ImplementationPlan", "Stage", "Track"]
