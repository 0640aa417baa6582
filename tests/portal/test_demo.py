"""The demo city keeps every invariant the services keep, whenever and however often it loads."""

import io
from collections import Counter
from datetime import date, datetime
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from activities.choices import ActivityState, CreditState
from activities.models import (
    Activity,
    ActivityFile,
    CoHost,
    Credit,
    Lecture,
    LectureInvitation,
    ObligationCell,
    PartnerAgreement,
    Studio,
    StudioRules,
    WorkPlan,
)
from activities.models.joint import total_work, work_by_unit
from activities.models.studios import six_haves
from activities.services.credits import settle
from committees.choices import UnitKind
from committees.figures import open_months
from committees.figures.five_haves import due_of
from committees.models import (
    Committee,
    CommitteeService,
    ObligationSet,
    Person,
    Unit,
    UnitChange,
    User,
)
from committees.services import units
from evaluations.choices import BulletinState, CampaignState
from evaluations.figures.statistics import asked_units
from evaluations.models import (
    BulletinIssue,
    Campaign,
    Ledger,
    StatisticsRound,
    Title,
    YearClose,
)
from evaluations.services.years import units_of
from portal.kernel import counters, files
from portal.kernel.fonts import missing
from portal.kernel.models import Counter as KernelCounter
from portal.kernel.sheets import read_workbook
from portal.web.demo import accounts, loading, stories
from portal.web.demo.calendar import duties, other_work
from portal.web.demo.city import DEMO_SCHOOL
from portal.web.integrity import examine

NOW = timezone.make_aware(datetime(2026, 11, 24, 10, 30))


def load(*options: str) -> str:
    out = io.StringIO()
    call_command("load_demo", *options, stdout=out)
    return out.getvalue()


def invented() -> Unit:
    return Unit.objects.get(code="9900")


@pytest.fixture(scope="class")
def world(django_db_setup, django_db_blocker):
    """The demo, loaded once for all the tests that only look at it, and rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        loading.load(now=NOW, say=lambda line: None)
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
class TestTheWorld:
    def test_it_has_the_size_of_a_county_level_city(self):
        below = Unit.objects.below(invented())
        kinds = Counter(below.values_list("kind", flat=True))
        assert kinds[UnitKind.OFFICE] == 18
        assert 225 <= kinds[UnitKind.SCHOOL] + kinds[UnitKind.KINDERGARTEN] <= 245
        assert 280 <= Person.objects.exclude(categories=[]).count() <= 340

    def test_a_year_of_work_is_accepted_and_nothing_happens_after_today(self):
        year = Activity.objects.filter(
            state=ActivityState.ACCEPTED, held_on__gt=date(2025, 11, 24), held_on__lte=NOW.date()
        )
        assert 2300 <= year.count() <= 2900
        assert not Activity.objects.filter(held_on__gt=date(2026, 11, 24)).exists()
        assert not Activity.objects.filter(submitted_at__gt=NOW).exists()
        assert not Activity.objects.filter(reviewed_at__gt=NOW).exists()

    def test_some_records_wait_some_came_back_and_some_are_drafts(self):
        states = Counter(Activity.objects.values_list("state", flat=True))
        assert all(
            states[state] >= 10
            for state in (ActivityState.SUBMITTED, ActivityState.RETURNED, ActivityState.DRAFT)
        )

    def test_cells_equal_a_recount_of_the_credits(self):
        counted = Counter(
            Credit.objects.filter(item__isnull=False, state=CreditState.COUNTED).values_list(
                "unit_id", "item_id"
            )
        )
        pending = Counter(
            Credit.objects.filter(item__isnull=False, state=CreditState.PENDING).values_list(
                "unit_id", "item_id"
            )
        )
        cells = {
            (unit, item): (done, waiting)
            for unit, item, done, waiting in ObligationCell.objects.values_list(
                "unit_id", "item_id", "counted", "pending"
            )
        }
        assert cells == {
            key: (counted[key], pending[key]) for key in counted.keys() | pending.keys()
        }

    def test_settling_the_year_again_changes_no_credit(self):
        def rows() -> set[tuple]:
            return set(Credit.objects.values_list("activity_id", "item_id", "rule_id", "state"))

        before = rows()
        some = Random(1).sample(
            list(Activity.objects.select_related("unit", "city").order_by("pk")), 250
        )
        for activity in some:
            settle(activity, by=None)
        assert rows() == before

    def test_joint_activities_count_for_each_host_and_people_once(self):
        accepted = Activity.objects.accepted().filter(cohosts__state="confirmed")
        assert total_work(accepted).records == accepted.values("pk").distinct().count() >= 8
        shares = work_by_unit(accepted)
        assert sum(each.own.people for each in shares) == total_work(accepted).people
        assert sum(each.shared.records for each in shares) >= 8
        assert CoHost.objects.filter(state="asked", unit__name=DEMO_SCHOOL).count() == 1

    def test_some_studios_have_all_six_and_some_agreements_end_soon(self):
        studios = Studio.objects.with_year(NOW.year, on=NOW.date())
        whole = [all(have.is_met for have in six_haves(it, StudioRules())) for it in studios]
        assert len(whole) >= 6
        assert {True, False} == set(whole)
        assert PartnerAgreement.objects.expiring(NOW.date()).exists()

    def test_every_unit_is_open_under_the_parent_its_path_names(self):
        for unit in Unit.objects.filter(depth__gt=1).open_on(NOW.date()):
            membership = unit.memberships.select_related("parent").get(period__contains=NOW.date())
            assert unit.path.startswith(membership.parent.path)
            assert membership.parent.depth == unit.depth - 1
            assert unit.periods.filter(period__contains=NOW.date()).count() == 1
        assert Unit.objects.find_problems() == ([], [], [], [], [])

    def test_a_school_moved_one_merged_a_kindergarten_came_back_and_all_is_sound(self):
        kinds = Counter(UnitChange.objects.values_list("kind", flat=True))
        assert kinds == {"move": 1, "merge": 1, "close": 1, "reopen": 1}
        closed = Unit.objects.exclude(pk__in=Unit.objects.open_on(NOW.date()))
        assert [unit.successions.get().successor.kind for unit in closed] == [UnitKind.SCHOOL]
        garden = UnitChange.objects.get(kind="reopen").units.get()
        assert open_months(garden.periods.all(), year=2026) == 7
        doubts = {check.code: doubts for check, doubts in examine(invented(), on=NOW.date())}
        doubts.pop("people")  # the demo has somebody twice in the register, to be merged
        assert not any(doubts.values()), doubts

    def test_most_institutions_are_served_and_some_kindergartens_are_not(self):
        institutions = Unit.objects.below(invented()).institutions()
        served = CommitteeService.objects.filter(
            unit__in=institutions, period__contains=NOW.date()
        ).values_list("unit_id", flat=True)
        bare = institutions.exclude(pk__in=served)
        assert 0.85 < len(served) / institutions.count() < 0.97
        assert bare.filter(kind=UnitKind.KINDERGARTEN).count() >= 8
        assert Committee.objects.filter(is_joint=True).count() >= 10

    def test_every_committee_has_its_team(self):
        for committee in Committee.objects.all():
            positions = set(committee.posts.values_list("position", flat=True))
            assert {"director", "standing_deputy", "secretary_general"} <= positions

    def test_numbers_go_on_where_the_demo_stops(self):
        city = invented()
        last = Activity.objects.filter(number__startswith="2026-").order_by("number").last()
        assert int(last.number[5:]) == counters.take(f"activity:{city.pk}:2026") - 1
        assert KernelCounter.objects.filter(key__startswith="activity:").count() == 2

    def test_both_years_are_in_force_and_the_plan_is_published(self):
        for year in (2025, 2026):
            assert ObligationSet.objects.current(invented(), year) is not None
        first, plan = WorkPlan.objects.order_by("version")
        assert (plan.year, plan.state) == (2026, "published")
        assert (first.state, plan.amends) == ("replaced", first)
        assert plan.nodes.filter(level=3).count() == 7

    def test_the_second_citys_last_year_is_shut_and_every_archive_is_there(self):
        closing = YearClose.objects.get()
        assert (closing.year, closing.state) == (2025, "sealed")
        units = units_of(closing.city, year=2025)
        assert units.count() == Ledger.objects.filter(close=closing).count() > 0

    def test_the_visitors_school_has_not_held_its_meeting_yet(self):
        school = Unit.objects.get(name="竹坞镇中心小学")
        cells = ObligationCell.objects.filter(
            unit=school, item__code="promotion_meeting", item__obligation_set__year=2026
        )
        assert not cells.exists()
        assert Activity.objects.filter(unit=school, state=ActivityState.RETURNED).exists()
        queue = Activity.objects.filter(receiver__name="竹坞镇教办", state=ActivityState.SUBMITTED)
        assert queue.count() >= 5

    def test_photos_are_there_and_open(self):
        attached = list(ActivityFile.objects.select_related("file"))
        assert 40 <= len(attached) <= 90
        assert files.read(attached[0].file).startswith(b"\xff\xd8")

    def test_everything_can_be_printed_and_no_slot_is_left_open(self):
        texts = [
            text
            for row in Activity.objects.values_list("title", "minutes", "decisions", "speakers")
            for text in row
        ]
        assert missing(texts) == []
        assert not any("{" in text or " / " in text for text in texts)

    def test_last_years_five_good_is_over_and_its_naming_can_be_read(self):
        bureau = Client()
        bureau.force_login(User.objects.get(username="ju"))
        last = Campaign.objects.get(year=NOW.year - 1)
        assert last.state == CampaignState.CLOSED
        base = f"/five-good/campaigns/{last.pk}"
        assert "命名" in bureau.get(f"{base}/").content.decode()
        [sheet] = read_workbook(bureau.get(f"{base}/plaques.xlsx").content)
        assert len(sheet.rows) == 1 + Title.objects.filter(appraisal__campaign=last).count() == 4
        assert bureau.get(f"{base}/naming.pdf").content.startswith(b"%PDF")

    def test_a_supplement_a_correction_and_a_comment_are_printed(self):
        printed = BulletinIssue.objects.filter(state=BulletinState.ISSUED).order_by("pk")
        first, second, extra = printed
        assert (extra.is_supplement, extra.supplement_no) == (True, 1)
        assert "增刊" in extra.number_label
        correction = second.articles.get(corrects__isnull=False)
        assert correction.corrects.issue == first
        said = correction.body.split("中“")[1].split("”")[0]
        assert said.removesuffix("人") in correction.corrects.body
        assert all(one.articles.exclude(comment="").count() == 1 for one in (first, second))

    def test_last_years_statistics_are_signed_up_to_the_bureau(self):
        asked = StatisticsRound.objects.get(year=NOW.year - 1)
        reports = asked.reports.standing().select_related("unit")
        levels = {one.unit.depth: one for one in reports}
        schools = [one for one in reports if one.unit.is_institution]
        assert len(schools) == 12
        assert {one.unit for one in reports} <= set(asked_units(asked, on=NOW.date()))
        assert levels[1].signed_at > levels[2].signed_at > max(one.signed_at for one in schools)
        elders = levels[1].total["B1"]
        assert 0 < elders["value"] <= elders["plain"]

    def test_telephone_numbers_belong_to_nobody(self):
        assert not Person.objects.exclude(phone__startswith="1380000").exists()
        given = Unit.objects.exclude(party_phone="")
        assert not given.exclude(party_phone__startswith="1380000").exists()

    def test_what_an_organisation_lives_through_can_be_seen(self):
        """Joint committees, a due day, a stand-in, slides, Party secretaries."""
        joint = Committee.objects.filter(is_joint=True, dissolved_on=None)
        assert joint.count() > 5
        assert all(each.services.filter(period__contains=NOW.date()).count() > 1 for each in joint)
        assert due_of(invented(), NOW.year) is not None
        stood_in = LectureInvitation.objects.filter(stands_in_for__isnull=False)
        assert stood_in.get().lecture.state == "confirmed"
        assert Lecture.objects.exclude(slides=None).exists()
        named = Unit.objects.below(invented()).institutions().exclude(party_secretary="")
        assert named.count() > 100

    @pytest.mark.parametrize("sign_in", accounts.SIGN_INS, ids=lambda s: s.username)
    def test_every_printed_sign_in_works(self, sign_in):
        user = User.objects.get(username=sign_in.username)
        assert user.check_password(accounts.PASSWORD)
        grant = user.grants.get()
        assert (grant.role, grant.unit.name) == (sign_in.role, sign_in.at)

    def test_the_other_accounts_have_no_password_at_all(self):
        named = [sign_in.username for sign_in in accounts.SIGN_INS]
        others = User.objects.exclude(username__in=named)
        assert others.count() > 200
        assert not any(user.has_usable_password() for user in others)

    def test_the_second_city_is_empty(self):
        other = Unit.objects.get(code="9800")
        assert other.numchild == 0
        assert Activity.objects.filter(city=other).count() == 0


@pytest.mark.parametrize("today", [date(2027, 1, 2), date(2028, 2, 29)])
def test_it_loads_on_any_day_of_the_year(db, today):
    now = timezone.make_aware(datetime.combine(today, datetime.min.time().replace(hour=9)))
    loading.load(now=now, say=lambda line: None)
    accepted = Activity.objects.filter(state=ActivityState.ACCEPTED)
    assert accepted.count() > 2000
    assert not Activity.objects.filter(held_on__gt=today).exists()


class TestTheCommand:
    def test_it_loads_once_and_the_same_again_when_asked_to(self, db):
        assert load("--print-sign-ins") == ""
        said = load("--if-empty")
        assert "xuexiao" in said
        assert accounts.PASSWORD in said
        answer = Client().post(
            "/login/",
            {"username": "xuexiao", "password": accounts.PASSWORD},
            REMOTE_ADDR="10.0.0.1",
        )
        assert answer.status_code == 302
        first = sorted(Activity.objects.values_list("number", "unit__name", "title"))
        assert load("--if-empty") == ""
        with pytest.raises(CommandError, match="--fresh"):
            load()
        User.objects.filter(username="ju").update(name="改过")
        load("--fresh")
        assert sorted(Activity.objects.values_list("number", "unit__name", "title")) == first
        assert User.objects.get(username="ju").name != "改过"

    def test_a_city_that_is_not_the_demo_is_not_cleared_without_a_yes(self, db):
        units.open_bureau(name="真实市教育局", code="3300", by=None)
        with pytest.raises(CommandError, match="真实市教育局"):
            load("--fresh")
        assert Unit.objects.filter(name="真实市教育局").exists()
        load("--fresh", "--yes")
        assert not Unit.objects.filter(name="真实市教育局").exists()


class TestThePlanOfAYear:
    def test_a_diligent_unit_does_all_that_is_asked_in_time(self):
        done = {planned.kind: planned.day for planned in duties(
            Random(5), 2026, diligence=1.0, is_past=False)}  # fmt: skip
        assert len(done) == 6
        assert done["party_study"] <= date(2026, 3, 31)
        assert done["report_heard"] <= date(2026, 11, 30)

    def test_a_slack_unit_leaves_things_undone(self):
        missing_duties = sum(
            6 - len(list(duties(Random(seed), 2026, diligence=0.1, is_past=False)))
            for seed in range(50)
        )
        assert missing_duties > 50

    def test_nothing_but_care_is_done_in_the_summer_holidays(self):
        for seed in range(80):
            for planned in other_work(Random(seed), 2026, UnitKind.SCHOOL, share=2):
                if date(2026, 7, 5) <= planned.day <= date(2026, 8, 24):
                    assert planned.kind == "care"


@pytest.mark.parametrize("story", stories.stories(), ids=lambda story: story.key)
def test_every_story_can_be_told(story):
    slots = dict.fromkeys(
        ("day", "quarter", "unit", "director", "standing", "secretary", "elder", "elder_name",
         "class", "sibling", "count", "youth"), "某",
    )  # fmt: skip
    told = stories.tell(story, Random(0), slots)
    assert "{" not in told.title + told.minutes + told.decisions
    assert len(told.title) <= 120
    assert len(told.minutes) > 40
