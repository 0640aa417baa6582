"""What each paragraph of an article rests on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluations.models import ArticleSource, BulletinArticle
from portal.kernel.blocks import Block


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; without sources it is the editor's own."""

    key: str
    text: str
    sources: tuple[ArticleSource, ...]


def sources_in(articles: Sequence[BulletinArticle]) -> Mapping[int, list[ArticleSource]]:
    """The sources of several articles in one query, by article."""
    found: dict[int, list[ArticleSource]] = defaultdict(list)
    rows = ArticleSource.objects.filter(article__in=articles)
    for row in rows.select_related("activity__unit", "annual__unit").order_by("pk"):
        found[row.article_id].append(row)
    return found


def sourced(
    article: BulletinArticle,
    blocks: Sequence[Block] | None = None,
    *,
    rests: Sequence[ArticleSource] | None = None,
) -> list[Paragraph]:
    """Its paragraphs (or these) with their sources; those of an article made before paragraphs had
    names rest on its one source as a whole."""
    if rests is None:
        rests = sources_in([article]).get(article.pk, ())
    if not rests and not article.keys and (article.source_id or article.annual_id):
        whole = ArticleSource(
            article=article, activity=article.source, annual=article.annual, section=article.section
        )
        return [Paragraph(b.key, b.text, (whole,)) for b in blocks or article.blocks]
    return [
        Paragraph(block.key, block.text, tuple(s for s in rests if s.key == block.key))
        for block in (article.blocks if blocks is None else blocks)
    ]
