"""实施方案: written, handed in, accepted or sent back, and seen by whom it concerns."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.kernel.errors import Refused
from portal.kernel.models import Notice
from portal.kernel.workflow import StepRefused
from reading_program.choices import PlanState
from reading_program.models import Edition, ImplementationPlan
from reading_program.services import plans
from tests.factories import reading_program as reading
from tests.personas import World


@pytest.fixture
def edition(city: World) -> Edition:
    return reading.published_edition(city.bureau)


def write(client: Client, edition: Edition, **answers: object) -> object:
    return client.post(f"/reading/{edition.pk}/plan/", {"text": "", "version": 0} | answers)


def test_a_school_writes_saves_and_hands_in(client: Client, city: World, edition: Edition) -> None:
    client.force_login(city.school_secretary)
    write(client, edition, text="一、指导思想", keep="1")
    plan = ImplementationPlan.objects.get()
    assert (plan.unit, plan.state, plan.text) == (city.school, PlanState.DRAFT, "一、指导思想")

    write(client, edition, text="一、指导思想\n二、步骤", version=1, hand_in="1")

    plan.refresh_from_db()
    assert (plan.state, plan.submitted_by) == (PlanState.SUBMITTED, city.school_secretary)
    assert [notice.user for notice in Notice.objects.all()] == [city.office_secretary]


def test_an_empty_plan_is_not_handed_in(client: Client, city: World, edition: Edition) -> None:
    client.force_login(city.school_secretary)

    answer = write(client, edition, hand_in="1")

    assert answer.status_code == 409
    assert "方案还是空的" in answer.content.decode()
    assert ImplementationPlan.objects.get().state == PlanState.DRAFT


def test_a_word_file_alone_is_a_plan_and_is_served_to_who_may_see_it(
    client: Client, city: World, edition: Edition
) -> None:
    from docx import Document

    out = io.BytesIO()
    Document().save(out)
    upload = SimpleUploadedFile("方案.docx", out.getvalue())
    client.force_login(city.school_secretary)

    write(client, edition, upload=upload, hand_in="1")

    plan = ImplementationPlan.objects.get()
    path = f"/reading/plans/{plan.pk}/file/"
    assert b"".join(client.get(path).streaming_content) == out.getvalue()
    client.force_login(city.other_school_secretary)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("方案.docx", b"plain words", "请"),
        ("方案.exe", b"MZ", "不能上传"),
        ("方案.docx", b"", "是空的"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_and_the_text_stays(
    client: Client, city: World, edition: Edition, name: str, content: bytes, sentence: str
) -> None:
    client.force_login(city.school_secretary)

    answer = write(
        client, edition, text="写好的三段", upload=SimpleUploadedFile(name, content), keep="1"
    )

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "写好的三段" in answer.content.decode()
    assert not ImplementationPlan.objects.exists()


def test_taking_the_file_off_keeps_what_was_typed(
    client: Client, city: World, edition: Edition
) -> None:
    client.force_login(city.school_secretary)
    pdf = SimpleUploadedFile("方案.pdf", b"%PDF-1.7 plan")
    write(client, edition, upload=pdf, keep="1")

    write(client, edition, text="改成自己写", version=1, drop_file="1")

    plan = ImplementationPlan.objects.get()
    assert (plan.file, plan.file_name, plan.text) == (None, "", "改成自己写")


def test_of_two_who_write_at_once_the_second_sees_both_versions(
    client: Client, city: World, edition: Edition
) -> None:
    reading.draft_plan(edition, city.school, text="先保存的")
    client.force_login(city.school_secretary)

    answer = write(client, edition, text="后保存的", version=0, keep="1")

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "先保存的" in page
    assert "后保存的" in page
    assert ImplementationPlan.objects.get().text == "先保存的"


def test_the_office_takes_or_sends_back_and_the_school_is_told(
    client: Client, city: World, edition: Edition
) -> None:
    plan = reading.submitted_plan(edition, city.school, by=city.school_secretary)
    client.force_login(city.office_secretary)
    path = f"/reading/plans/{plan.pk}/"
    assert client.post(f"{path}return/", {"note": ""}).status_code == 422

    client.post(f"{path}return/", {"note": "请补上日程"})

    plan.refresh_from_db()
    assert (plan.state, plan.return_reason) == (PlanState.RETURNED, "请补上日程")
    assert "请补上日程" in Notice.objects.filter(user=city.school_secretary).latest("pk").text
    client.force_login(city.school_secretary)
    assert "请补上日程" in client.get(f"/reading/{edition.pk}/plan/").content.decode()

    write(client, edition, text="补好了", version=plan.version, hand_in="1")
    client.force_login(city.office_secretary)
    client.post(f"{path}accept/")

    plan.refresh_from_db()
    assert (plan.state, plan.return_reason) == (PlanState.ACCEPTED, "")


STEPS = ["accept/", "return/", "withdraw/"]


@pytest.mark.parametrize(
    ("persona", "statuses"),
    [
        ("office_secretary", [302, 302, 302]),
        ("bureau_staff", [302, 302, 403]),
        ("school_secretary", [403, 403, 302]),
        ("party_contact", [403, 403, 403]),
        ("bureau_leader", [403, 403, 403]),
        ("other_office_secretary", [404, 404, 404]),
        ("sibling_secretary", [404, 404, 404]),
        ("teacher", [404, 404, 404]),
    ],
)
def test_who_may_take_which_step(
    client: Client, city: World, edition: Edition, persona: str, statuses: list[int]
) -> None:
    client.force_login(city.users[persona])
    for step, status in zip(STEPS, statuses, strict=True):
        ImplementationPlan.objects.all().delete()
        plan = reading.submitted_plan(edition, city.school, by=city.school_secretary)

        answer = client.post(f"/reading/plans/{plan.pk}/{step}", {"note": "请补"})

        assert answer.status_code == status, step


def test_an_office_does_not_judge_its_own_plan(
    client: Client, city: World, edition: Edition
) -> None:
    plan = reading.submitted_plan(edition, city.office, by=city.office_secretary)
    client.force_login(city.office_secretary)
    assert client.post(f"/reading/plans/{plan.pk}/accept/").status_code == 403

    client.force_login(city.bureau_staff)
    client.post(f"/reading/plans/{plan.pk}/accept/")

    plan.refresh_from_db()
    assert plan.state == PlanState.ACCEPTED


def test_an_office_writes_for_a_school_of_its_own_and_no_other(
    client: Client, city: World, edition: Edition
) -> None:
    client.force_login(city.office_secretary)
    path = f"/reading/{edition.pk}/plan/?unit="

    client.post(f"{path}{city.school.pk}", {"text": "代写", "version": 0, "keep": "1"})

    assert ImplementationPlan.objects.get().unit == city.school
    assert (
        client.post(f"{path}{city.other_school.pk}", {"text": "代写", "version": 0}).status_code
        == 404
    )


def test_a_kindergarten_is_asked_only_where_the_edition_says_so(
    client: Client, city: World, edition: Edition
) -> None:
    client.force_login(city.kindergarten_secretary)
    assert client.get(f"/reading/{edition.pk}/plan/").status_code == 403

    wider = reading.published_edition(city.bureau, name="亲子读书活动", asks_kindergartens=True)
    assert client.get(f"/reading/{wider.pk}/plan/").status_code == 200


def test_a_draft_is_nobodys_business_above_but_the_offices(
    client: Client, city: World, edition: Edition
) -> None:
    plan = reading.draft_plan(edition, city.school)
    path = f"/reading/plans/{plan.pk}/"

    seen = {}
    for persona in ("school_secretary", "office_secretary", "bureau_staff", "party_contact"):
        client.force_login(city.users[persona])
        seen[persona] = client.get(path).status_code

    assert seen == {
        "school_secretary": 200,
        "office_secretary": 200,
        "bureau_staff": 404,
        "party_contact": 404,
    }


def test_a_step_taken_twice_is_refused_in_words(city: World, edition: Edition) -> None:
    plan = reading.submitted_plan(edition, city.school, by=city.school_secretary)
    stale = ImplementationPlan.objects.get(pk=plan.pk)
    plans.accept(plan, by=city.office_secretary)

    with pytest.raises(StepRefused, match="刚刚已由别人处理"):
        plans.accept(stale, by=city.office_secretary)


def test_a_plan_under_review_cannot_be_saved_over(city: World, edition: Edition) -> None:
    plan = reading.submitted_plan(edition, city.school, by=city.school_secretary)

    with pytest.raises(Refused):
        plans.save_plan(
            edition, unit=city.school, text="偷改", version=plan.version, by=city.school_secretary
        )


def test_the_board_counts_every_asked_unit_once(
    client: Client, city: World, edition: Edition
) -> None:
    reading.draft_plan(edition, city.schools[1])
    reading.submitted_plan(edition, city.school, by=city.school_secretary)
    reading.accepted_plan(
        edition, city.other_school, by=city.other_school_secretary,
        reviewer=city.other_office_secretary,
    )  # fmt: skip
    back = reading.submitted_plan(edition, city.schools[4], by=None)
    plans.send_back(back, note="请补", by=city.other_office_secretary)
    client.force_login(city.bureau_staff)

    page = client.get(f"/reading/{edition.pk}/board/")

    rows = {row.label: row for row in page.context["tallies"]}
    first, second = rows["云山教办"], rows["石桥教办"]
    assert (first.missing, first.returned, first.waiting, first.accepted) == (2, 0, 1, 0)
    assert (second.missing, second.returned, second.waiting, second.accepted) == (1, 1, 0, 1)
    assert first.own.word == "没交"
    assert "要交 8 家，交了 2 家" in page.content.decode()
    one = client.get(f"/reading/{edition.pk}/board/?office={city.offices[1].pk}")
    assert [row.word for row in one.context["rows"]] == ["没交", "没交", "已退回", "已通过"]


@pytest.mark.parametrize("schools", [1, 15])
def test_the_board_costs_the_same_however_long(
    client: Client,
    city: World,
    edition: Edition,
    schools: int,
    django_assert_max_num_queries: object,
) -> None:
    from tests.factories import committees as factory

    for _ in range(schools):
        reading.draft_plan(edition, factory.make_school(city.office))
    client.force_login(city.bureau_staff)

    with django_assert_max_num_queries(10):  # type: ignore[operator]
        client.get(f"/reading/{edition.pk}/board/")
