from evaluations.models.bulletins import BulletinArticle, BulletinIssue, BulletinSeries

__all__ = ["BulletinArticle", "BulletinIssue", "BulletinSeries"]
