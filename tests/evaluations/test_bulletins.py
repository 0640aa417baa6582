"""An issue from its first record to the printed sheet."""

import threading
from datetime import date

import pytest
from django.db import Error, connections, transaction

from activities.services import activities, corrections
from evaluations import documents, figures
from evaluations.choices import BulletinState as S
from evaluations.figures import issue_numbers
from evaluations.models import BulletinArticle, BulletinIssue
from evaluations.services import articles, bulletins
from evaluations.services.series import change_series
from evaluations.tasks import print_issue
from portal.kernel import jobs
from portal.kernel.audit import trail_of
from portal.kernel.calendar import parse_period
from portal.kernel.errors import Refused
from portal.kernel.models import Counter, Job, JobState
from portal.kernel.pdf import MissingGlyphs
from portal.kernel.workflow import StepRefused
from tests.factories import evaluations as factory
from tests.factories.evaluations import TODAY
from tests.pdf_text import text_of

Q1 = parse_period("2023-Q1")


def test_an_article_is_drafted_from_what_the_record_says(city):
    record = factory.record(
        city, slug="promotion_meeting", title="关工委工作推进会", place="三楼会议室",
        chair="陈国栋", attendance=18, minutes="总结了上半年工作。\n表彰了三位导师。",
        decisions="每周一课。", photo=True,
    )  # fmt: skip

    drafted = documents.article_from(record)

    assert drafted.title == "云山小学召开关工委工作推进会"
    assert drafted.contributor == "云山小学"
    assert drafted.body.splitlines() == [
        "3月1日，云山小学在三楼会议室召开关工委工作推进会，共18人参加。陈国栋主持。",
        "总结了上半年工作。",
        "表彰了三位导师。",
        "会议议定：每周一课。",
    ]
    assert [photo.name for photo in drafted.photos] == ["现场.jpg"]


def test_candidates_and_articles_speak_of_what_was_put_right(city, client):
    record = factory.record(city, title="推进会", attendance=81, minutes="说了三件事。")
    issue = factory.draft(city)
    before = documents.article_from(record)
    for field, value in (("attendance", 18), ("title", "工作推进会")):
        corrections.ask(record, field=field, value=value, reason="写反了", by=city.office_secretary)

    candidate = figures.records_of(issue.unit, Q1).get(pk=record.pk)
    (article,) = bulletins.choose(issue, activities=[record], by=city.bureau_staff)

    assert "81人" in before.body
    assert (candidate.title, candidate.attendance) == ("工作推进会", 18)
    assert "共18人参加" in article.body
    assert "81" not in article.body
    assert article.title.endswith("工作推进会")
    client.force_login(city.bureau_staff)
    page = client.get(f"/bulletins/{issue.pk}/articles/{article.pk}/")
    assert "这条记录更正过" in page.text
    assert "81 → 18" in page.text


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("关工委第四季度工作推进会", "云山小学召开关工委第四季度工作推进会"),
        ("读书成果展示会", "云山小学举办读书成果展示会"),
        ("未成年人保护法律知识专题培训", "云山小学组织未成年人保护法律知识专题培训"),
        ("结对关爱", "云山小学开展结对关爱"),
        ("法治宣讲进校园", "云山小学法治宣讲进校园"),
        ("党建工作会议部署关工委工作", "云山小学党建工作会议部署关工委工作"),
        ("云山小学庆祝教师节", "云山小学庆祝教师节"),
    ],
)
def test_a_headline_has_one_verb(city, subject, title):
    assert documents.article_from(factory.record(city, title=subject)).title == title


def test_an_opening_quotes_a_subject_that_is_a_sentence_itself(city):
    record = factory.record(city, title="党建工作会议部署关工委工作", place="")

    assert documents.article_from(record).body.splitlines()[0] == (
        "3月1日，云山小学开展“党建工作会议部署关工委工作”活动，共18人参加。"
    )


def test_minutes_that_tell_the_day_themselves_get_no_second_opening(city):
    record = factory.record(city, minutes="3月1日上午，学校请来两位老同志。")

    assert documents.article_from(record).body == "3月1日上午，学校请来两位老同志。"


def test_the_closing_numbers_count_each_accepted_record_of_the_period_once(city):
    factory.record(city, attendance=40, youth=30, elders=3)
    factory.record(city, attendance=10, youth=5)
    factory.record(city, attendance=999, held_on=date(2023, 4, 1))
    voided = factory.record(city, attendance=500)
    activities.void(voided, note="重复", by=city.office_secretary)

    found = issue_numbers.figures_of(issue_numbers.rows_of(city.bureau, Q1))

    assert found == issue_numbers.PeriodFigures(2, 1, attendance=50, elders=3, youth=35)
    issue = bulletins.open_issue(factory.series(city), period="2023-Q1", on=TODAY, by=None)
    assert documents.closing_sentence(issue, found) == (
        "据统计，2023年第1季度，全市各级关工委共有1家单位开展活动2次，参加50人次，"
        "其中受教育青少年35人次、“五老”3人次。"
    )


def test_recommended_records_come_first_and_a_unit_fills_up_only_once(city):
    told = factory.record(city, title="说得多", minutes="很长" * 60)
    again = factory.record(city, title="又一次", minutes="也长" * 50)
    wanted = factory.record(city, title="推荐的", for_bulletin=True, held_on=date(2023, 2, 1))

    assert figures.suggested(city.bureau, Q1) == [wanted]
    wanted.for_bulletin = False
    wanted.save()
    assert figures.suggested(city.bureau, Q1) == [told]
    assert again not in figures.suggested(city.bureau, Q1)


def test_a_bulletin_of_an_office_takes_only_its_own_branch(city):
    factory.record(city)

    assert figures.records_of(city.offices[0], Q1).count() == 1
    assert figures.records_of(city.offices[1], Q1).count() == 0


@pytest.mark.parametrize(
    ("period", "sentence"),
    [
        ("2023-03", "每季度一期，期间请写成 2023-Q1"),
        ("2023", "每季度一期，期间请写成 2023-Q1"),
        ("2023-Q3", "还没有开始"),
        ("第一季度", "看不懂期间"),
    ],
)
def test_a_period_the_series_does_not_have_is_refused(city, period, sentence):
    with pytest.raises(Refused, match=sentence):
        bulletins.open_issue(factory.series(city), period=period, on=TODAY, by=None)


def test_a_period_has_one_issue(city):
    series = factory.series(city)
    bulletins.open_issue(series, period="2023-Q1", on=TODAY, by=None)

    with pytest.raises(Refused, match="已经建好了"):
        bulletins.open_issue(series, period="2023-q1", on=TODAY, by=None)
    assert BulletinIssue.objects.count() == 1


def test_a_record_that_does_not_count_cannot_become_an_article(city):
    issue = factory.draft(city)
    voided = factory.record(city)
    activities.void(voided, note="重复", by=city.office_secretary)

    with pytest.raises(Refused, match="刚刚被作废"):
        bulletins.choose(issue, activities=[voided], by=city.bureau_staff)
    assert issue.articles.count() == 1


def test_choosing_a_record_twice_makes_one_article(city):
    issue = factory.draft(city)
    source = issue.articles.get().source

    assert bulletins.choose(issue, activities=[source], by=city.bureau_staff) == []
    assert issue.articles.count() == 1


def test_articles_change_places_and_stop_at_the_ends(city):
    issue = factory.draft(city)
    second = bulletins.write_article(issue, title="乙", body="文", contributor="", by=None)

    bulletins.move_article(second, up=True, by=city.bureau_staff)
    assert issue.articles.first().title == "乙"
    second.refresh_from_db()
    bulletins.move_article(second, up=True, by=city.bureau_staff)
    assert issue.articles.first().title == "乙"


def test_an_article_takes_photos_of_its_own_record_only(city):
    issue = factory.draft(city)
    article = issue.articles.get()
    foreign = factory.record(city, photo=True).files.get()

    articles.edit_article(
        article,
        words={"title": "新", "comment": "", "body": "新文", "contributor": "某校"},
        photos=[foreign],
        version=article.version,
        by=city.bureau_staff,
    )

    article.refresh_from_db()
    assert (article.title, article.body, article.contributor) == ("新", "新文", "某校")
    assert article.photos.count() == 0


def test_a_bulletin_walks_from_editing_to_print_and_only_then_has_a_number(city):
    issue = factory.draft(city)
    assert issue.number_label == "还没编号"

    bulletins.submit(issue, by=city.bureau_staff)
    issue.refresh_from_db()
    assert (issue.state, issue.issue_no) == (S.REVIEWING, None)
    assert (
        city.bureau_leader.notices.get().text
        == "“教育关工简报（2023年第1季度）”送审了，等您核稿、签发"
    )
    bulletins.approve(issue, by=city.bureau_leader)
    bulletins.sign(issue, on=TODAY, by=city.bureau_leader)
    printed = print_issue(issue.pk, by=city.bureau_leader)

    assert (printed.state, printed.issue_no, printed.total_no) == (S.ISSUED, 1, 1)
    assert printed.dated_on == TODAY
    assert printed.number_label == "2023年第1期（总第1期）"
    verbs = [event.verb for event in trail_of(printed)]
    assert verbs[:4] == [
        "bulletin.issue", "bulletin.sign", "bulletin.approve", "bulletin.submit",
    ]  # fmt: skip


STEPS = ["submit", "approve", "sign", "send_back", "issue"]
TABLE = {
    S.DRAFT: {"submit"},
    S.REVIEWING: {"approve", "sign", "send_back"},
    S.SIGNING: {"sign", "send_back"},
    S.SIGNED: {"send_back", "issue"},
    S.ISSUED: set(),
}


def test_the_workflow_opens_exactly_these_steps():
    from evaluations.workflow import BULLETIN

    for state, steps in TABLE.items():
        assert set(BULLETIN.open_to(BulletinIssue(state=state))) == steps
    assert set(BULLETIN.steps) == set(STEPS)


def test_an_issue_that_was_handed_in_cannot_be_edited(city):
    issue = factory.draft(city)
    article = issue.articles.get()
    bulletins.submit(issue, by=city.bureau_staff)

    with pytest.raises(Refused, match="现在不能改"):
        bulletins.remove_article(article, by=city.bureau_staff)
    with pytest.raises(Refused, match="现在不能改"):
        bulletins.set_editor_note(issue, text="按语", by=city.bureau_staff)


def test_sending_back_needs_a_reason_and_tells_who_handed_in(city):
    issue = factory.draft(city)
    bulletins.submit(issue, by=city.bureau_staff)
    issue.refresh_from_db()

    with pytest.raises(StepRefused, match="写明原因"):
        bulletins.send_back(issue, note=" ", by=city.bureau_leader)
    bulletins.send_back(issue, note="标题太长", by=city.bureau_leader)

    assert issue.state == S.DRAFT
    assert "标题太长" in city.bureau_staff.notices.latest("pk").text


def test_an_empty_issue_is_not_handed_in(city):
    issue = bulletins.open_issue(factory.series(city), period="2023-Q1", on=TODAY, by=None)

    with pytest.raises(Refused, match="还没有文章"):
        bulletins.submit(issue, by=city.bureau_staff)


def test_a_character_no_font_has_is_named_before_signing(city):
    issue = factory.draft(city)
    bulletins.set_editor_note(issue, text="大家很开心😀", by=city.bureau_staff)

    with pytest.raises(MissingGlyphs, match="😀"):
        bulletins.submit(issue, by=city.bureau_staff)
    issue.refresh_from_db()
    assert issue.state == S.DRAFT


def test_a_printing_that_stops_gives_its_number_back(city):
    series = factory.series(city)
    issue = factory.draft(city, series)
    bulletins.submit(issue, by=city.bureau_staff)
    issue.refresh_from_db()
    # The series is renamed after the check, to something that cannot be printed.
    change_series(series, fields={"name": "简报😀"}, by=city.bureau_staff)
    bulletins.sign(issue, on=TODAY, by=city.bureau_leader)

    with pytest.raises(MissingGlyphs):
        print_issue(issue.pk, by=city.bureau_leader)

    issue.refresh_from_db()
    assert (issue.state, issue.issue_no) == (S.SIGNED, None)
    change_series(series, fields={"name": "教育关工简报"}, by=city.bureau_staff)
    assert print_issue(issue.pk, by=city.bureau_leader).total_no == 1


def test_an_issued_bulletin_is_frozen_by_the_database(city):
    issue = factory.issued(city)
    article = issue.articles.get()

    with pytest.raises(Error), transaction.atomic():
        BulletinIssue.objects.filter(pk=issue.pk).update(editor_note="改")
    with pytest.raises(Error), transaction.atomic():
        BulletinIssue.objects.filter(pk=issue.pk).delete()
    with pytest.raises(Error, match="frozen"), transaction.atomic():
        BulletinArticle.objects.filter(pk=article.pk).update(title="改")
    with pytest.raises(Error, match="frozen"), transaction.atomic():
        BulletinArticle.objects.filter(pk=article.pk).delete()
    with pytest.raises(Error, match="frozen"), transaction.atomic():
        BulletinArticle.objects.create(issue=issue, position=9, title="加", body="文")


def test_numbers_are_refused_to_an_issue_that_is_not_printed(city):
    issue = factory.draft(city)

    with pytest.raises(Error, match="no_other_is_numbered"), transaction.atomic():
        BulletinIssue.objects.filter(pk=issue.pk).update(issue_no=1, total_no=1)


def test_numbers_start_anew_each_year_and_the_total_goes_on_from_before_the_portal(city):
    series = factory.series(city, cadence="year", earlier_issues=54)

    numbers = []
    for year in (2021, 2022):
        record = factory.record(city, held_on=date(year, 3, 1))
        issue = bulletins.open_issue(series, period=str(year), on=TODAY, by=None)
        bulletins.choose(issue, activities=[record], by=None)
        printed = bulletins.issue_now(series, period=str(year), on=TODAY, by=None)
        numbers.append((printed.issue_no, printed.total_no))

    assert numbers == [(1, 55), (1, 56)]


@pytest.mark.django_db(transaction=True)
def test_issues_printed_at_once_by_several_workers_have_numbers_without_gap_or_double(city):
    series = factory.series(city, cadence="month")
    issues = []
    for month in (1, 2, 3):
        record = factory.record(city, held_on=date(2023, month, 5))
        issue = bulletins.open_issue(series, period=f"2023-{month:02}", on=TODAY, by=None)
        bulletins.choose(issue, activities=[record], by=None)
        issues.append(signed(city, issue))
    failures: list[Exception] = []

    def print_in_a_worker(pk: int) -> None:
        try:
            print_issue(pk, by=None)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    # Each issue is asked for by two workers, as after a doubled delivery.
    threads = [threading.Thread(target=print_in_a_worker, args=(issue.pk,)) for issue in issues * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    assert failures == []
    printed = BulletinIssue.objects.filter(series=series, state=S.ISSUED)
    assert sorted(printed.values_list("issue_no", flat=True)) == [1, 2, 3]
    assert sorted(printed.values_list("total_no", flat=True)) == [1, 2, 3]
    assert Counter.objects.get(key=f"bulletin:{series.pk}").value == 3


def signed(city, issue: BulletinIssue) -> BulletinIssue:
    """Sign an issue whose printing job has not run yet."""
    bulletins.submit(issue, by=city.bureau_staff)
    BulletinIssue.objects.filter(pk=issue.pk).update(state=S.SIGNED, dated_on=TODAY)
    issue.refresh_from_db()
    return issue


@pytest.mark.django_db(transaction=True)
def test_signing_prints_in_a_job_that_ends_with_the_pdf(city):
    issue = factory.draft(city)
    bulletins.submit(issue, by=city.bureau_staff)
    issue.refresh_from_db()

    job = bulletins.sign(issue, on=TODAY, by=city.bureau_leader)

    job.refresh_from_db()
    issue.refresh_from_db()
    assert (job.state, job.result_file) == (JobState.DONE, issue.pdf)
    assert job.message == "教育关工简报2023年第1期（总第1期）印好了"
    assert (job.done, job.total) == (4, 4)


@pytest.mark.django_db(transaction=True)
def test_a_proof_takes_no_number_and_changes_nothing(city):
    issue = factory.draft(city)

    job = bulletins.ask_proof(issue, by=city.bureau_staff)

    job.refresh_from_db()
    issue.refresh_from_db()
    assert job.state == JobState.DONE
    assert "校样" in text_of(job.result_file)
    assert (issue.state, issue.issue_no) == (S.DRAFT, None)
    assert not Counter.objects.filter(key__startswith="bulletin").exists()


def test_the_sheet_says_everything_the_issue_holds(city):
    series = factory.series(city)
    issue = bulletins.open_issue(series, period="2023-Q1", on=TODAY, by=None)
    factory.record(city, title="读书会", attendance=25)
    chosen = [
        factory.record(city, title="宣讲会", photo=True),
        factory.record(city, title="走访慰问老同志", attendance=7),
    ]
    bulletins.choose(issue, activities=chosen, by=None)
    bulletins.set_editor_note(issue, text="现编发两篇，供学习。", by=None)

    printed = bulletins.issue_now(series, period="2023-Q1", on=TODAY, by=None)

    text = text_of(printed.pdf)
    for words in (
        "教育关工简报", "第1期（总第1期）", "云河市教育局关工委办公室", "2023年4月10日",
        "编者按：现编发两篇，供学习。", "本期要目", "云山小学举办宣讲会", "云山小学走访慰问老同志",
        "（供稿：云山小学）", "共有1家单位开展活动3次，参加50人次",
        "报：市关工委、局党委", "送：市退教协会", "发：各教办", "（共印120份）", "—1—",
    ):  # fmt: skip
        assert words in text, words


def test_the_printed_content_outlives_a_change_of_name(city):
    series = factory.series(city)
    issue = factory.issued(city, series)

    change_series(series, fields={"name": "新简报"}, by=city.bureau_staff)

    issue.refresh_from_db()
    assert issue.content["name"] == "教育关工简报"
    assert issue.content["number_line"] == "第1期（总第1期）"


def test_a_job_of_an_unsigned_issue_ends_with_a_sentence(city):
    issue = factory.draft(city)
    job = Job.objects.create(
        key="x", kind="bulletin.print", title="排印", arguments={"issue": issue.pk}
    )

    jobs.run(job.pk)

    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "还没有签发" in job.message


READERS = {
    # persona: (draft, issued)
    "bureau_leader": (True, True),
    "bureau_staff": (True, True),
    "office_secretary": (False, True),
    "school_secretary": (False, True),
    "kindergarten_secretary": (False, True),
    "party_contact": (False, True),
    "teacher": (False, True),
    "mentor": (False, True),
    "auditor": (False, True),
    "judge": (False, False),
}


def test_drafts_are_seen_where_they_are_made_and_issued_ones_in_the_whole_city(city):
    series = factory.series(city)
    printed = factory.issued(city, series)
    draft = bulletins.open_issue(series, period="2023-Q2", on=TODAY, by=None)

    seen = {
        name: tuple(
            BulletinIssue.objects.visible_to(city.users[name]).filter(pk=issue.pk).exists()
            for issue in (draft, printed)
        )
        for name in READERS
    }

    assert seen == READERS


def test_another_city_sees_nothing(city):
    from tests.personas import build_city

    factory.issued(city)
    other = build_city("临江市教育局", prefix="临")

    assert not BulletinIssue.objects.visible_to(other.bureau_staff).exists()
