"""Two editors at one issue: nobody's words, order or additions are lost."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from committees.policy import Role
from evaluations.figures.sources import sourced
from evaluations.models import BulletinArticle, BulletinIssue
from evaluations.services import articles, bulletins
from portal.kernel.errors import Refused
from tests.factories import evaluations as factory
from tests.factories.committees import grant
from tests.personas import World


def url(name: str, *args: object) -> str:
    return reverse(f"evaluations:{name}", args=args)


@pytest.fixture
def two(city: World) -> tuple[Client, Client]:
    """Two editors of the bureau, each in a session of their own."""
    second = city.users["teacher"]
    grant(second, city.bureau, Role.BUREAU_STAFF)
    clients = Client(), Client()
    clients[0].force_login(city.bureau_staff)
    clients[1].force_login(second)
    return clients


def words(article: BulletinArticle, **changes: object) -> dict[str, object]:
    """What the form of the article sends, as it stands, with the changes."""
    return {name: getattr(article, name) for name in articles.WORDS} | {
        "version": article.version, **changes,
    }  # fmt: skip


def test_the_second_to_save_sees_both_texts_and_neither_is_lost(city, two) -> None:
    issue = factory.draft(city)
    article = issue.articles.get()
    address = url("article", issue.pk, article.pk)
    lines = article.body.split("\n")

    two[0].post(address, words(article, title="第一位改的题"))
    answer = two[1].post(address, words(article, body="第二位写的头一段。\n" + lines[0]))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "这篇刚才有人改过" in page
    assert "第一位改的题" in page
    assert "第二位写的头一段。" in page
    assert city.bureau_staff.name in page
    article.refresh_from_db()
    assert (article.title, article.body) == ("第一位改的题", "\n".join(lines))
    assert f'name="version" value="{article.version}"' in page

    two[1].post(address, words(article, body="第二位写的头一段。\n" + lines[0]))
    article.refresh_from_db()
    assert article.title == "第一位改的题"
    assert article.body.startswith("第二位写的头一段。")


def test_what_was_being_written_survives_its_article(city, two) -> None:
    issue = factory.draft(city)
    article = issue.articles.get()
    typed = words(article, body="写了半小时的话。")

    two[0].post(url("remove_article", issue.pk, article.pk), {"version": 1})
    answer = two[1].post(url("article", issue.pk, article.pk), typed)

    assert answer.status_code == 409
    assert "这篇刚才被人拿掉了" in answer.content.decode()
    assert "写了半小时的话。" in answer.content.decode()
    two[1].post(url("new_article", issue.pk), typed)
    assert issue.articles.get().body == "写了半小时的话。"


def test_what_was_being_written_survives_the_handing_in(city, two) -> None:
    issue = factory.draft(city)
    article = issue.articles.get()
    bulletins.submit(issue, by=city.bureau_staff)

    answer = two[1].post(
        url("article", issue.pk, article.pk), words(article, body="写了半小时的话。")
    )

    assert answer.status_code == 409
    assert "写了半小时的话。" in answer.content.decode()
    assert "作为新的一篇加进来" not in answer.content.decode()


def test_an_article_changed_meanwhile_is_not_taken_out_unseen(city, two) -> None:
    issue = factory.draft(city)
    article = issue.articles.get()
    seen = article.version

    two[0].post(url("article", issue.pk, article.pk), words(article, title="新题"))
    answer = two[1].post(
        url("remove_article", issue.pk, article.pk), {"version": seen}, follow=True
    )

    assert "看看新的文字，再决定" in answer.content.decode()
    assert issue.articles.get().title == "新题"


def test_two_notes_of_the_editor_are_shown_side_by_side(city, two) -> None:
    issue = factory.draft(city)
    two[0].post(url("note", issue.pk), {"note": "第一位的按语。", "version": 1})

    answer = two[1].post(url("note", issue.pk), {"note": "第二位的按语。", "version": 1})

    page = answer.content.decode()
    assert answer.status_code == 409
    issue.refresh_from_db()
    assert issue.editor_note == "第一位的按语。"
    assert "<del>二</del>" in page
    two[1].post(url("note", issue.pk), {"note": "两位一起的按语。", "version": issue.version})
    issue.refresh_from_db()
    assert issue.editor_note == "两位一起的按语。"


def lettered(city: World, letters: str) -> tuple[BulletinIssue, list[BulletinArticle]]:
    issue = bulletins.open_issue(
        factory.series(city), period="2023-Q1", on=factory.TODAY, by=city.bureau_staff
    )
    made = [
        bulletins.write_article(issue, title=letter, body="文", contributor="", by=None)
        for letter in letters
    ]
    return issue, made


def order(issue: BulletinIssue) -> str:
    return "".join(issue.articles.order_by("position").values_list("title", flat=True))


def test_one_orders_while_the_other_adds_and_orders_too(city, two) -> None:
    issue, (a, b, c, d) = lettered(city, "甲乙丙丁")

    def move(who: Client, what: BulletinArticle, to: str, beside: BulletinArticle) -> None:
        who.post(url("move_article", issue.pk, what.pk), {"to": to, "beside": beside.pk})

    move(two[0], d, "up", c)  # 甲乙丁丙
    two[1].post(url("new_article", issue.pk), {"title": "戊", "body": "文"})
    move(two[1], b, "up", a)  # pressed on a page that still showed 甲乙丙丁

    assert order(issue) == "乙甲丁丙戊"


def test_moving_beside_an_article_that_is_gone_says_so(city, two) -> None:
    issue, (a, b, _) = lettered(city, "甲乙丙")
    two[0].post(url("remove_article", issue.pk, a.pk), {"version": 1})

    answer = two[1].post(
        url("move_article", issue.pk, b.pk), {"to": "up", "beside": a.pk}, follow=True
    )

    assert "刚被人拿掉了" in answer.content.decode()
    assert order(issue) == "乙丙"


@pytest.mark.django_db(transaction=True)
def test_two_connections_at_the_same_moment_keep_every_move_and_addition(city) -> None:
    issue, made = lettered(city, "甲乙丙丁")
    together, failures = threading.Barrier(2), []

    def at_once(work: Callable[[], object]) -> threading.Thread:
        def run() -> None:
            try:
                together.wait(10)
                work()
            except Exception as error:
                failures.append(error)
            finally:
                connections.close_all()

        return threading.Thread(target=run)

    threads = [
        at_once(lambda: bulletins.move_article(made[3], up=True, beside=made[0], by=None)),
        at_once(lambda: bulletins.write_article(
            issue, title="戊", body="文", contributor="", by=None)),
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert failures == []
    assert order(issue) == "丁甲乙丙戊"


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_the_same_moment_one_is_told_and_none_overwrites(city) -> None:
    issue = factory.draft(city)
    article = issue.articles.get()
    together, told = threading.Barrier(2), []

    def save(title: str) -> None:
        try:
            together.wait(10)
            articles.edit_article(
                BulletinArticle.objects.select_related("issue").get(pk=article.pk),
                words={**{n: getattr(article, n) for n in articles.WORDS}, "title": title},
                photos=[], version=1, by=None,
            )  # fmt: skip
        except articles.ArticleChanged as changed:
            told.append(changed.current.title)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=save, args=(title,)) for title in ("甲的", "乙的")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    article.refresh_from_db()
    assert told == [article.title]
    assert article.version == 2


# --- shortened, joined: the sources stay ---------------------------------------------------------


def test_a_shortened_article_keeps_its_original_and_gives_a_paragraph_back(city, two) -> None:
    issue = factory.draft(city)
    bulletins.remove_article(issue.articles.get(), by=None)
    record = factory.record(city, minutes="第一件事。\n第二件事。\n第三件事。")
    [article] = bulletins.choose(issue, activities=[record], by=city.bureau_staff)
    opening, one, two_, three = article.blocks
    address = url("shorten_article", issue.pk, article.pk)

    two[0].post(address, {"keep": [opening.key, three.key], "version": 1})
    article.refresh_from_db()
    short = article.body
    page = two[0].get(address).content.decode()
    two[0].post(address, {"keep": [opening.key, two_.key, three.key], "version": 2})

    article.refresh_from_db()
    assert short == f"{opening.text}\n第三件事。"
    assert "第二件事。" in page
    assert article.body == f"{opening.text}\n第二件事。\n第三件事。"
    assert article.original.split("\n") == [b.text for b in (opening, one, two_, three)]
    assert all(paragraph.sources[0].activity == record for paragraph in sourced(article))


def test_shortening_to_nothing_is_refused_with_what_to_do(city) -> None:
    article = factory.draft(city).articles.get()

    with pytest.raises(Refused, match="至少留一段"):
        articles.shorten(article, keep=[], version=1, by=city.bureau_staff)


def test_a_paragraph_keeps_its_source_when_rewritten_and_a_new_one_has_none(city, two) -> None:
    issue = factory.draft(city)
    article = issue.articles.get()
    body = article.body.replace("共18人参加", "到会18人") + "\n编辑另写的一句总结"

    two[0].post(url("article", issue.pk, article.pk), words(article, body=body))

    article.refresh_from_db()
    told = sourced(article)
    assert [len(paragraph.sources) for paragraph in told][-1] == 0
    assert all(paragraph.sources for paragraph in told[:-1])
    page = two[0].get(url("article", issue.pk, article.pk)).content.decode()
    assert "编辑写的" in page
    assert reverse("activities:activity", args=[article.source_id]) in page


def test_joined_articles_keep_whose_each_paragraph_is(city, two) -> None:
    issue = factory.draft(city)
    first = issue.articles.get()
    record = factory.record(city, title="走访慰问", photo=True)
    [second] = bulletins.choose(issue, activities=[record], by=None)

    two[0].post(url("join_article", issue.pk, second.pk), {"version": 1})

    joined = issue.articles.get()
    assert joined == first
    owners = [paragraph.sources[0].activity_id for paragraph in sourced(joined)]
    assert owners == [first.source_id] * len(first.blocks) + [record.pk] * len(second.blocks)
    assert joined.photos.get().activity == record
    assert bulletins.choose(issue, activities=[record], by=None) == []
