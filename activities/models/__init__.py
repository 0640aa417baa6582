from activities.models.activities import Activity, ActivityFile, ActivityKind
from activities.models.credits import Credit, CreditRule, ObligationCell
from activities.models.plans import PlanNode, PlanTask, WorkPlan

__all__ = [
    "Activity",
    "ActivityFile",
    "ActivityKind",
    "Credit",
    "CreditRule",
    "ObligationCell",
    "PlanNode",
    "PlanTask",
    "WorkPlan",
]
