"""增刊, 更正, 按语, the contents, who edits; and what was signed stays what it said."""

import threading
from datetime import date

import pytest
from django.db import Error, connections, transaction
from django.test import Client
from django.urls import reverse

from committees.policy import Role
from evaluations.choices import BulletinState as S
from evaluations.documents import bulletin_pdf
from evaluations.models import BulletinIssue
from evaluations.services import articles, bulletins
from evaluations.services.series import change_series, open_due
from evaluations.tasks import print_issue
from portal.kernel.errors import Refused
from portal.kernel.models import Notice
from tests.factories import evaluations as factory
from tests.factories.committees import grant
from tests.factories.evaluations import TODAY
from tests.pdf_text import open_pdf, text_of


def url(name: str, *args: object) -> str:
    return reverse(f"evaluations:{name}", args=args)


def printed(issue: BulletinIssue, city) -> BulletinIssue:
    """Hand in, sign and print; with the test settings the job has run when `sign` returns."""
    bulletins.submit(issue, by=city.bureau_staff)
    issue.refresh_from_db()
    bulletins.sign(issue, on=TODAY, by=city.bureau_leader)
    return print_issue(issue.pk, by=city.bureau_leader)


def earlier(city, series, quarter: int) -> BulletinIssue:
    """An issue of a quarter of 2022, with an article of a record held then."""
    period = f"2022-Q{quarter}"
    issue = bulletins.open_issue(series, period=period, on=TODAY, by=city.bureau_staff)
    record = factory.record(city, held_on=date(2022, quarter * 3, 5))
    bulletins.choose(issue, activities=[record], by=city.bureau_staff)
    return issue


def supplement(city, series, topic: str = "暑期安全") -> BulletinIssue:
    made = bulletins.open_supplement(series, topic=topic, on=TODAY, by=city.bureau_staff)
    bulletins.write_article(made, title="安全提醒", body="一段话。", contributor="", by=None)
    return made


# --- 增刊 ----------------------------------------------------------------------------------------


def test_supplements_count_by_themselves_and_disturb_no_total(city) -> None:
    series = factory.series(city, earlier_issues=54)
    numbers = [
        printed(issue, city).number_label
        for issue in (
            supplement(city, series),
            earlier(city, series, 4),
            supplement(city, series, "法治宣传"),
            factory.draft(city, series),
        )
    ]

    assert numbers == [
        "2023年增刊第1期", "2022年第1期（总第55期）", "2023年增刊第2期", "2023年第1期（总第56期）",
    ]  # fmt: skip


def test_a_supplement_says_so_on_paper_and_counts_no_figures(city) -> None:
    factory.record(city)
    made = printed(supplement(city, factory.series(city)), city)

    text = text_of(made.pdf)
    assert "增刊第1期" in text
    assert "总第" not in text
    assert "据统计" not in text
    assert str(made) == "教育关工简报（增刊：暑期安全）"


def test_a_supplement_stands_beside_the_issue_of_its_period(city, client: Client) -> None:
    series = factory.series(city)
    supplement(city, series)
    supplement(city, series, "法治宣传")

    bulletins.open_issue(series, period="2023-Q2", on=TODAY, by=city.bureau_staff)

    client.force_login(city.bureau_staff)
    refused = client.post(url("new_supplement", series.slug), {"topic": " "})
    client.post(url("new_supplement", series.slug), {"topic": "家教专刊"})
    assert "写一下专讲什么" in refused.content.decode()
    topics = series.issues.filter(is_supplement=True).order_by("pk")
    assert [issue.topic for issue in topics] == ["暑期安全", "法治宣传", "家教专刊"]


def test_the_database_gives_a_supplement_no_ordinary_number(city) -> None:
    issue = printed(supplement(city, factory.series(city)), city)

    assert (issue.issue_no, issue.total_no, issue.supplement_no) == (None, None, 1)
    ordinary = earlier(city, issue.series, 3)
    with pytest.raises(Error, match="no_other_is_numbered"), transaction.atomic():
        BulletinIssue.objects.filter(pk=ordinary.pk).update(supplement_no=2)


@pytest.mark.django_db(transaction=True)
def test_supplements_and_issues_printed_at_once_skip_and_repeat_nothing(city) -> None:
    series = factory.series(city)
    waiting = [
        supplement(city, series),
        supplement(city, series, "乙"),
        factory.draft(city, series),
    ]
    for issue in waiting:
        bulletins.submit(issue, by=city.bureau_staff)
        BulletinIssue.objects.filter(pk=issue.pk).update(state=S.SIGNED, dated_on=TODAY)
    failures: list[Exception] = []

    def work(pk: int) -> None:
        try:
            print_issue(pk, by=None)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(issue.pk,)) for issue in waiting * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    assert failures == []
    rows = series.issues.order_by("supplement_no", "pk")
    assert sorted(row.supplement_no or 0 for row in rows) == [0, 1, 2]
    assert [row.total_no for row in rows if not row.is_supplement] == [1]


# --- 更正 ----------------------------------------------------------------------------------------


def test_a_correction_names_the_old_issue_and_the_old_issue_names_the_new(city, client) -> None:
    series = factory.series(city)
    old = printed(earlier(city, series, 4), city)
    wrong = old.articles.get()
    said = wrong.body.split("，")[1][:8]
    issue = factory.draft(city, series)
    client.force_login(city.bureau_staff)

    unknown = client.post(
        url("correct", issue.pk), {"article": wrong.pk, "said": "从没印过的话", "right": "对的"}
    )
    client.post(url("correct", issue.pk), {"article": wrong.pk, "said": said, "right": "对的话"})
    before = client.get(url("issue", old.pk)).content.decode()
    new = printed(issue, city)
    after = client.get(url("issue", old.pk)).content.decode()

    assert "那一篇里找不到这句话" in unknown.content.decode()
    made = new.articles.get(corrects=wrong)
    assert made.body == (
        f"本刊2022年第1期（总第1期）《{wrong.title}》一文中“{said}”，应为“对的话”。特此更正。"
    )
    assert "有更正" not in before
    assert f"教育关工简报{new.number_label}" in after
    assert url("issue", new.pk) in after
    assert "特此更正" in text_of(new.pdf)
    old.refresh_from_db()
    assert "特此更正" not in str(old.content)


def test_only_a_printed_article_of_the_same_series_is_put_right(city) -> None:
    series = factory.series(city)
    issue = factory.draft(city, series)
    other = factory.series(city, "other", name="别的简报")
    foreign = printed(earlier(city, other, 4), city).articles.get()

    for wrong in (issue.articles.get(), foreign):
        with pytest.raises(Refused, match="同一种简报里已经印发"):
            articles.correct(issue, wrong=wrong, said="甲", right="乙", by=None)


# --- on paper ------------------------------------------------------------------------------------


def test_a_comment_stands_in_its_own_face_before_the_article_and_the_contents_lead_there(
    city,
) -> None:
    issue = factory.draft(city)
    article = issue.articles.get()
    words = {name: getattr(article, name) for name in articles.WORDS}
    articles.edit_article(
        article, words=words | {"comment": "这一篇值得一读。"}, photos=[], version=1, by=None
    )
    bulletins.write_article(issue, title="第二篇", body="一句。", contributor="", by=None)
    made = printed(issue, city)

    with open_pdf(bulletin_pdf(made.content)) as document:
        chars = [char for page in document.pages for char in page.chars]
        links = [link for link in document.pages[0].annots if link.get("data")]
        text = "".join(char["text"] for char in chars)
    at = text.index("这一篇值得一读")
    assert "Kai" in chars[at]["fontname"]
    assert text.index("本期要目") < at < text.index(article.body[:8])
    lines = {round(link["top"]) for link in links}
    assert len(lines) == 2, "each entry of the contents is a link"


# --- signed is signed ----------------------------------------------------------------------------


def test_what_was_signed_is_printed_whatever_the_records_say_by_then(city) -> None:
    issue = factory.draft(city)
    bulletins.submit(issue, by=city.bureau_staff)
    issue.refresh_from_db()
    live = factory.record(
        city, title="送审后才通过的", attendance=500
    )  # numbers are live till then
    bulletins._sign(issue, on=TODAY, by=city.bureau_leader)
    factory.record(city, title="签发后才通过的", attendance=999)

    made = print_issue(issue.pk, by=city.bureau_leader)

    assert f"参加{live.attendance + 18}人次" in made.content["closing"][0]
    assert "999" not in str(made.content["closing"])


def test_a_printed_issue_is_made_again_to_the_same_text_after_the_data_changed(city) -> None:
    issue = factory.issued(city)
    before = text_of(issue.pdf)

    factory.record(city, title="后来的", attendance=700)
    change_series(issue.series, fields={"name": "新名字", "copies": 9}, by=city.bureau_staff)
    city.school.name = "改了名的学校"
    city.school.save()
    issue.refresh_from_db()

    with open_pdf(bulletin_pdf(issue.content)) as again:
        text = "".join("".join(page.extract_text().split()) for page in again.pages)
    assert text == "".join(before.split())


def test_a_signed_issue_sent_back_lives_again(city) -> None:
    issue = factory.draft(city)
    bulletins.submit(issue, by=city.bureau_staff)
    issue.refresh_from_db()
    bulletins._sign(issue, on=TODAY, by=city.bureau_leader)

    bulletins.send_back(issue, note="再核一下人数", by=city.bureau_leader)

    issue.refresh_from_db()
    assert (issue.state, issue.content, issue.dated_on) == (S.DRAFT, {}, None)


def test_the_year_so_far_is_told_from_the_second_period_on(city) -> None:
    series = factory.series(city)
    factory.record(city, held_on=date(2023, 2, 1), attendance=40)
    factory.record(city, held_on=date(2023, 4, 2), attendance=2)

    issue = bulletins.open_issue(series, period="2023-Q2", on=TODAY, by=None)
    bulletins.write_article(issue, title="甲", body="乙", contributor="", by=None)

    made = printed(issue, city)
    assert made.content["closing"][1] == "今年以来，累计开展活动2次，参加42人次。"


# --- who edits -----------------------------------------------------------------------------------


def test_the_named_editors_get_the_work_and_a_departed_one_leaves_it_to_all(city, client) -> None:
    second = city.users["teacher"]
    grant(second, city.bureau, Role.BUREAU_STAFF)
    series = factory.series(city, cadence="month", opens_day=1)
    type(series).objects.filter(pk=series.pk).update(automatic_from=date(2023, 1, 1))
    client.force_login(city.bureau_staff)
    page = client.get(url("series", series.slug)).content.decode()
    fields = {"name": series.name, "publisher": series.publisher, "cadence": "month",
              "opens_day": "1"}  # fmt: skip
    client.post(url("series", series.slug), fields | {"editors": [second.pk]})

    (issue,) = open_due(on=date(2023, 2, 1))

    assert "由谁来编" in page
    told = Notice.objects.filter(text__contains="到期开编了")
    assert [notice.user for notice in told] == [second]
    client.force_login(second)
    assert f"/bulletins/{issue.pk}/" in client.get("/todo/", follow=True).content.decode()
    client.force_login(city.bureau_staff)
    assert f"/bulletins/{issue.pk}/" not in client.get("/todo/", follow=True).content.decode()

    second.grants.all().delete()
    open_due(on=date(2023, 3, 1))
    assert told.filter(user=city.bureau_staff).exists()


def test_an_office_brings_out_its_own_bulletin(city, client: Client) -> None:
    record = factory.record(city)
    client.force_login(city.office_secretary)
    client.post(url("new_series"), {
        "name": "云山关工简报", "publisher": "云山教办关工委", "cadence": "month", "opens_day": "3",
    })  # fmt: skip
    series = city.office.bulletins.get()
    issue = bulletins.open_issue(series, period="2023-03", on=TODAY, by=city.office_secretary)

    offered = client.get(url("gather", issue.pk)).content.decode()
    client.post(url("gather", issue.pk), {"record": [record.pk]})

    assert record.title in offered
    assert issue.articles.get().source == record
