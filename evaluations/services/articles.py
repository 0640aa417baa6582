"""An article once it is in an issue: edited, shortened, joined to another, put right later."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from activities.models import ActivityFile
from evaluations import documents
from evaluations.choices import BulletinState
from evaluations.models import BulletinArticle, BulletinIssue
from evaluations.services.bulletins import add, editable
from portal.kernel import audit
from portal.kernel.blocks import Block, rename, text_of
from portal.kernel.errors import Refused

WORDS = ("title", "comment", "body", "contributor")  # what an editor types of an article


class ArticleChanged(Refused):
    """Somebody saved the article since the page was opened; `current` is what stands now."""

    def __init__(self, current: BulletinArticle) -> None:
        super().__init__("这篇刚才有人改过。两份都在下面，看一下留哪一份")
        self.current = current


class ArticleGone(Refused):
    """The article was taken out while somebody was still writing it."""

    def __init__(self) -> None:
        super().__init__("这篇刚才被人拿掉了。您写的还在下面，可以作为新的一篇加回来")


@transaction.atomic
def edit_article(
    article: BulletinArticle,
    *,
    words: Mapping[str, str],
    photos: Iterable[ActivityFile],
    version: int,
    by: Any,
) -> BulletinArticle:
    """Change an article of a draft; photos come from the records it was made from only.

    `words` are WORDS, as typed. Raises ArticleChanged when the article has moved on from `version`
    with other words, ArticleGone when it is not there any more; nothing is written then.
    """
    standing = _locked(article)
    typed = {name: words[name].replace("\r\n", "\n").strip() for name in WORDS}
    blocks = rename(typed["body"], [*standing.blocks, *cut_blocks(standing)])
    typed["body"] = text_of(blocks)
    if standing.version != version and any(getattr(standing, n) != typed[n] for n in WORDS):
        raise ArticleChanged(standing)
    for name in WORDS:
        setattr(standing, name, typed[name])
    rewrite(standing, blocks, by=by)
    sources = made_from(standing)
    standing.photos.set([photo for photo in photos if photo.activity_id in sources])
    return standing


def _locked(article: BulletinArticle) -> BulletinArticle:
    issue = editable(article.issue)
    found = issue.articles.select_for_update().filter(pk=article.pk).first()
    if found is None:
        raise ArticleGone
    found.issue = issue
    return found


def cut_blocks(article: BulletinArticle) -> list[Block]:
    """Paragraphs of the text as it came in that are not in the article now."""
    here = set(article.keys)
    known = zip(article.original.split("\n"), article.original_keys, strict=False)
    return [Block(key, text) for text, key in known if key not in here]


def made_from(article: BulletinArticle) -> set[int]:
    """The records its paragraphs were made from."""
    found = article.sources.filter(activity__isnull=False).values_list("activity_id", flat=True)
    return {*found, *([article.source_id] if article.source_id else [])}


@transaction.atomic
def rewrite(article: BulletinArticle, blocks: Collection[Block], *, by: Any) -> None:
    """Save the words the article carries, with these paragraphs, as its next version."""
    article.body = text_of(blocks)
    article.keys = [block.key for block in blocks]
    article.version += 1
    article.changed_by, article.changed_at = by, timezone.now()
    with audit.acting("bulletin.article_edited", by=by):
        article.save(update_fields=[*WORDS, "keys", "version", "changed_by", "changed_at"])


@transaction.atomic
def shorten(
    article: BulletinArticle, *, keep: Collection[str], version: int, by: Any
) -> BulletinArticle:
    """Keep only the paragraphs named, those cut before among them at their old place."""
    standing = _locked(article)
    if standing.version != version:
        raise ArticleChanged(standing)
    blocks = [block for block in all_blocks(standing) if block.key in keep]
    if not blocks:
        raise Refused("至少留一段。整篇都不要，请点“拿掉”")
    rewrite(standing, blocks, by=by)
    return standing


def all_blocks(article: BulletinArticle) -> list[Block]:
    """What stands, and what was cut of the original behind what it stood behind there."""
    blocks = article.blocks
    for cut in cut_blocks(article):
        before = article.original_keys[: article.original_keys.index(cut.key)]
        places = [n for n, block in enumerate(blocks) if block.key in before]
        blocks.insert(max(places, default=-1) + 1, cut)
    return blocks


@transaction.atomic
def join(article: BulletinArticle, *, version: int, by: Any) -> BulletinArticle:
    """Put the paragraphs behind those of the article before it; each keeps what it rests on."""
    going = _locked(article)
    if going.version != version:
        raise ArticleChanged(going)
    before = going.issue.articles.filter(position__lt=going.position)
    into = before.select_for_update().order_by("-position").first()
    if into is None:
        raise Refused("这是第一篇，前面没有可以并进去的")
    if going.corrects_id or into.corrects_id:
        raise Refused("更正要单独成篇，不能和别的文章并在一起")
    photos = list(going.photos.all())
    blocks = [*into.blocks, *going.blocks]
    into.original = "\n".join(filter(None, (into.original, going.original)))
    into.original_keys = [*into.original_keys, *going.original_keys]
    into.save(update_fields=["original", "original_keys"])
    going.sources.update(article=into)
    with audit.acting("bulletin.article_joined", by=by):
        going.delete()
    if going.contributor and going.contributor not in into.contributor:
        into.contributor = "、".join(filter(None, (into.contributor, going.contributor)))[:80]
    rewrite(into, blocks, by=by)
    into.photos.add(*photos)
    return into


@transaction.atomic
def correct(
    issue: BulletinIssue, *, wrong: BulletinArticle, said: str, right: str, by: Any
) -> BulletinArticle:
    """Put a printed article right in a later issue of the same series; the print stays as it is."""
    issue = editable(issue)
    printed = wrong.issue
    if printed.series_id != issue.series_id or printed.state != BulletinState.ISSUED:
        raise Refused("只能更正同一种简报里已经印发的文章")
    body = (
        f"本刊{printed.number_label}《{''.join(wrong.title.splitlines())}》一文中"
        f"“{said.strip()}”，应为“{right.strip()}”。特此更正。"
    )
    draft = documents.ArticleDraft("更正", body, "", ())
    return add(issue, draft, by=by, corrects=wrong)
