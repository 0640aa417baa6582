from evaluations.models.bulletins import BulletinArticle, BulletinIssue, BulletinSeries
from evaluations.models.ledgers import Ledger, YearClose

__all__ = ["BulletinArticle", "BulletinIssue", "BulletinSeries", "Ledger", "YearClose"]
