"""Studios, partners and joint activities as people use them."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from activities.models import CoHost, Partner, PartnerAgreement, Studio
from activities.services import activities, joint, partners, studios
from portal.kernel.models import AuditEvent, Notice
from tests.factories import activities as records
from tests.factories import committees as factory
from tests.factories import together as made


@pytest.fixture
def as_school(client, city):
    client.force_login(city.school_secretary)
    return client


def test_a_school_registers_a_partner_and_only_part_of_its_number_is_shown(as_school, city):
    facts = {"name": "云山社区", "kind": "community", "phone": "138 5771 2345", "contact": "林云"}
    answer = as_school.post(reverse("activities:partner_new"), facts, follow=True)

    partner = Partner.objects.get()
    assert (partner.unit, partner.phone) == (city.school, "13857712345")
    assert "138****2345" in answer.content.decode()
    assert "13857712345" not in answer.content.decode()


def test_looking_at_a_whole_number_stays_on_record(as_school, city):
    partner = made.make_partner(city.school)

    answer = as_school.post(reverse("activities:partner_phone", args=[partner.pk]))

    assert "13857712345" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    seen = AuditEvent.objects.get(verb="partner.phone_seen")
    assert seen.actor_id == city.school_secretary.pk


def test_an_edit_that_leaves_the_number_empty_keeps_it(as_school, city):
    partner = made.make_partner(city.school)
    facts = {"name": partner.name, "kind": "base", "phone": ""}

    as_school.post(reverse("activities:partner_edit", args=[partner.pk]), facts)

    partner.refresh_from_db()
    assert (partner.kind, partner.phone) == ("base", "13857712345")


def test_an_agreement_is_kept_with_its_paper_and_its_days_are_checked(as_school, city):
    partner = made.make_partner(city.school)
    url = reverse("activities:agreement_new", args=[partner.pk])
    paper = SimpleUploadedFile("协议.pdf", b"%PDF-1.4 x")
    wrong = as_school.post(url, {"first": "2025-08-31", "last": "2022-09-01"})
    right = {"first": "2022-09-01", "last": "2025-08-31", "document": paper}
    as_school.post(url, right)

    assert "最后一天要在第一天以后" in wrong.content.decode()
    kept = PartnerAgreement.objects.get()
    assert (kept.first_day, kept.last_day) == (date(2022, 9, 1), date(2025, 8, 31))
    assert kept.document is not None


def test_a_paper_that_is_no_document_is_refused_beside_its_question(as_school, city):
    partner = made.make_partner(city.school)
    paper = SimpleUploadedFile("协议.exe", b"MZ")
    answer = as_school.post(
        reverse("activities:agreement_new", args=[partner.pk]),
        {"first": "2022-09-01", "last": "2025-08-31", "document": paper},
    )

    assert answer.status_code == 422
    assert "不能上传" in answer.content.decode()
    assert not PartnerAgreement.objects.exists()


def test_an_agreement_is_told_about_sixty_days_ahead_and_once(city):
    partner = made.make_partner(city.school)
    made.make_agreement(partner, last=date(2023, 8, 29))
    at = AuditEvent.objects.latest("at").at
    early = partners.notice_expiring(on=date(2023, 6, 29), now=at)

    told = partners.notice_expiring(on=date(2023, 6, 30), now=at)
    again = partners.notice_expiring(on=date(2023, 7, 1), now=at)

    assert (early, told, again) == (0, 1, 0)
    assert "到期" in Notice.objects.get(user=city.school_secretary).text


def test_a_renewed_agreement_is_told_about_no_more(city):
    partner = made.make_partner(city.school)
    made.make_agreement(partner, last=date(2023, 8, 29))
    made.make_agreement(partner, first=date(2023, 8, 30), last=date(2026, 8, 29))

    assert not PartnerAgreement.objects.expiring(date(2023, 7, 15)).exists()


def test_the_six_haves_follow_from_what_is_there(as_school, city):
    leader = factory.make_person(city.school, "陈国栋")
    studio = made.make_studio(
        city.school, "书法工作室", leader=leader, room="203 室", rules="每月活动一次",
        plaque_on=date(2022, 9, 10), founded_on=date(2022, 3, 1),
    )  # fmt: skip
    shown = as_school.get(reverse("activities:studios"), {"part": "short"}).content.decode()
    assert "有队伍、有计划、有活动档案" in shown

    for _ in range(2):
        made.make_member(studio)
    plan = reverse("activities:studio_plan", args=[studio.pk, date.today().year])
    as_school.post(plan, {"text": "3月，清明祭英烈"})
    for _ in range(4):
        record = records.draft(
            city.school, by=city.school_secretary, held_on=date(date.today().year, 1, 1)
        )
        joint.set_studio(record, studio, by=city.school_secretary)
        activities.submit(record, on=date.today(), by=city.school_secretary)
        activities.accept(record, by=city.office_secretary)

    page = as_school.get(reverse("activities:studios")).content.decode()
    assert "六有齐了" in page
    assert "4 次" in page


def test_the_leader_is_a_member_and_leaves_only_after_another_leads(city):
    leader = factory.make_person(city.school, "陈国栋")
    studio = made.make_studio(city.school, leader=leader)
    member = studio.members.get()

    with pytest.raises(Exception, match="领衔人"):
        studios.leave(member, on=date(2023, 5, 1), by=None)
    studios.correct(studio, leader=factory.make_person(city.school), by=None)
    studios.leave(member, on=date(2023, 5, 1), by=None)

    member.refresh_from_db()
    assert member.period.upper == date(2023, 5, 1)


def test_a_closed_studio_keeps_its_records_and_takes_no_new_ones(as_school, city):
    studio = made.make_studio(city.school)
    as_school.post(reverse("activities:studio_close", args=[studio.pk]), {"on": "2023-06-30"})
    record = records.draft(city.school, by=city.school_secretary)

    studio = Studio.objects.get()
    assert studio.closed_on == date(2023, 6, 30)
    with pytest.raises(Exception, match="停办"):
        joint.set_studio(record, studio, by=city.school_secretary)


def test_a_secretary_finds_cohosts_studio_and_partner_by_a_few_letters(as_school, city):
    record = records.draft(city.school, by=city.school_secretary)
    studio = made.make_studio(city.school, "石桥书法工作室")
    partner = made.make_partner(city.bureau, "石桥社区")
    url = reverse("activities:together", args=[record.pk])

    found = as_school.get(url, {"q": "石桥"}).content.decode()
    for change in (
        f"add:host:{city.other_school.pk}",
        f"add:studio:{studio.pk}",
        f"add:partner:{partner.pk}",
    ):
        assert change in found
        as_school.post(url, {"change": change})

    assert record.cohosts.get().unit == city.other_school
    assert record.studio_work.studio == studio
    assert record.partner_work.get().partner == partner

    as_school.post(url, {"change": f"drop:host:{record.cohosts.get().pk}"})
    as_school.post(url, {"change": f"drop:partner:{partner.pk}"})
    as_school.post(url, {"change": "drop:studio:0"})
    assert not record.cohosts.exists()
    assert not record.partner_work.exists()


def test_a_made_up_change_finds_nothing_and_breaks_nothing(as_school, city):
    record = records.draft(city.school, by=city.school_secretary)
    url = reverse("activities:together", args=[record.pk])

    answers = [
        as_school.post(url, {"change": change}).status_code
        for change in ("", "add:host:99999", "add:studio:x", "drop:host:1", "nonsense")
    ]

    assert answers == [302, 404, 404, 404, 302]


def test_the_other_school_confirms_on_the_records_page(client, city):
    cohost = made.make_cohost(city.school, city.other_school, by=city.school_secretary)
    client.force_login(city.other_school_secretary)
    page = client.get(reverse("activities:activity", args=[cohost.activity_id])).content.decode()
    assert "是的，共办了" in page

    client.post(reverse("activities:cohost_confirm", args=[cohost.pk]))

    assert CoHost.objects.get().state == "confirmed"
    joint_page = client.get(reverse("activities:joint"), {"year": 2023}).content.decode()
    assert city.school.name in joint_page


def test_the_host_itself_cannot_confirm_for_another_school(as_school, city):
    cohost = made.make_cohost(city.school, city.other_school, by=city.school_secretary)

    answer = as_school.post(reverse("activities:cohost_confirm", args=[cohost.pk]))

    assert answer.status_code == 403
    assert CoHost.objects.get().state == "asked"


def test_the_joint_workbook_adds_up_only_what_is_not_listed_twice(client, city):
    cohost = made.make_cohost(city.school, city.other_school, by=city.school_secretary)
    activities.accept(cohost.activity, by=city.office_secretary)
    joint.confirm(cohost, by=city.other_school_secretary)
    client.force_login(city.bureau_staff)

    answer = client.get(reverse("activities:joint_export"), {"year": 2023})

    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(answer.content))
    rows = [[cell.value for cell in row] for row in book["各单位份额"].iter_rows(min_row=2)]
    assert rows[-1][:3] == ["合计（不重复）", 1, 18]
    assert [row[4] for row in rows[:-1]] == [0, 1]


def test_the_form_and_the_look_over_name_everybody_hosts_first(as_school, city):
    record = records.draft(city.school, by=city.school_secretary)
    joint.set_partners(record, [made.make_partner(city.bureau, "云河社区")], by=None)
    joint.set_studio(record, made.make_studio(city.school, "书法工作室"), by=None)
    joint.invite(record, city.other_school, by=city.school_secretary)

    for page in ("edit", "check"):
        shown = as_school.get(reverse(f"activities:{page}", args=[record.pk])).content.decode()
        assert f"{city.other_school}、书法工作室、云河社区" in shown
