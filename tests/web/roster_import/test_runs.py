import io
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from activities.choices import ActivitySource, ActivityState, CreditState
from activities.models import Activity, Credit, ObligationCell
from activities.services import activities
from committees.choices import Position, UnitKind
from committees.models import (
    Committee,
    CommitteeService,
    ImportMapping,
    ImportRun,
    Person,
    Post,
    Unit,
    UnitYear,
)
from committees.models.imports import ImportState
from committees.policy import Role
from portal.kernel.errors import BadFile, Refused
from portal.kernel.models import Job, JobState
from portal.web import tasks
from portal.web.roster_import import runs
from portal.web.roster_import.carrying_out import try_out
from portal.web.roster_import.reading import read_file
from tests.factories import activities as activity_factory
from tests.factories import committees as factory
from tests.rosters import messy_roster

SCHOOLS = ["所属教办", "单位名称", "单位代码", "类别", "学生数", "教职工数", "党组织名称",
           "关工委是否成立", "成立时间", "主任", "常务副主任", "秘书长", "联系电话"]  # fmt: skip
GARDENS = ["单位名称", "所属教办", "在园幼儿数", "班级数", "是否镇(街道)中心园", "关工委组织形式"]
PEOPLE = ["姓名", "手机", "退休时间", "“五老”类别", "任职关工委", "关工委职务", "是否“关爱导师”"]
LEDGER = [
    "日期",
    "单位",
    "活动类别",
    "活动名称",
    "主讲/组织者",
    "参加“五老”人次",
    "受教育青少年人次",
]


def workbook(**sheets: list[list[object]]) -> bytes:
    """Build an .xlsx: name=[heading row, row, …]."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def school(name: str, *, office: str = "东镇教办", code: str = "", **cells: object) -> list[object]:
    row = (
        dict.fromkeys(SCHOOLS)
        | {"所属教办": office, "单位名称": name, "单位代码": code or None}
        | cells
    )
    return [row[head] for head in SCHOOLS]


def garden(name: str, form: str, *, central: str = "否", office: str = "东镇教办") -> list[object]:
    return [name, office, 100, 5, central, form]


FIRST = school("甲小学", code="330001", 类别="小学", 学生数="1,245人", 关工委是否成立="√",
               成立时间="2019.5", 主任="周晓", 秘书长="吴珍", 联系电话="139-1111-2222")  # fmt: skip


def bring_in(data: bytes, city: Unit, *, name: str = "名册.xlsx"):
    return runs.import_file(data, name=name, city=city, at=timezone.now(), by=None)


@pytest.fixture
def bureau(db: None) -> Unit:
    return factory.make_bureau("海陵市教育局")


def everything() -> dict[str, list[dict[str, object]]]:
    """Every row of the tables an import writes, except what says that it took place."""
    labels = [
        "committees.Unit", "committees.UnitPeriod", "committees.UnitMembership",
        "committees.UnitYear", "committees.Committee", "committees.CommitteeService",
        "committees.Person", "committees.Post", "activities.Activity", "activities.Credit",
        "activities.ObligationCell",
    ]  # fmt: skip
    return {label: list(apps.get_model(label).objects.order_by("pk").values()) for label in labels}


# --- what is stored -----------------------------------------------------------------------------


def test_a_school_row_becomes_a_unit_with_figures_committee_and_officers(bureau):
    bring_in(workbook(中小学=[SCHOOLS, FIRST]), bureau)
    unit = Unit.objects.get(name="甲小学")
    committee = Committee.objects.get(host=unit)
    assert (unit.code, unit.stage, unit.phone, unit.office.name) == (
        "330001",
        "primary",
        "13911112222",
        "东镇教办",
    )
    assert UnitYear.objects.get(unit=unit).students == 1245
    assert (committee.established_on, committee.established_precision) == (
        date(2019, 5, 1),
        "month",
    )
    assert CommitteeService.objects.get(unit=unit).period.lower == date(2019, 5, 1)
    posts = {post.position: post for post in Post.objects.filter(committee=committee)}
    assert {p: post.person.name for p, post in posts.items()} == {
        "director": "周晓",
        "secretary_general": "吴珍",
    }
    assert posts["director"].period.lower == date(2019, 5, 1)


def test_the_sheets_own_year_is_the_year_of_the_figures(bureau):
    data = workbook(中小学=[["人数以2022学年报表为准"], SCHOOLS, FIRST])
    bring_in(data, bureau)
    assert UnitYear.objects.get().year == 2022


def test_a_school_that_is_still_preparing_has_no_committee(bureau):
    bring_in(workbook(中小学=[SCHOOLS, school("乙小学", 关工委是否成立="筹建")]), bureau)
    assert not Committee.objects.exists()


def test_joined_kindergartens_are_served_by_the_committee_at_their_central_one(bureau):
    rows = [
        garden("东镇中心幼儿园", "联合(挂靠中心园)", central="是"),
        garden("春芽幼儿园", "联合(挂靠中心园)"),
        garden("星星幼儿园", "独立设立"),
        garden("月亮幼儿园", "未成立"),
    ]
    bring_in(workbook(幼儿园=[GARDENS, *rows]), bureau)
    joint = Committee.objects.get(host__name="东镇中心幼儿园")
    assert joint.is_joint
    assert {s.unit.name for s in joint.services.all()} == {"东镇中心幼儿园", "春芽幼儿园"}
    assert not Committee.objects.get(host__name="星星幼儿园").is_joint
    assert not CommitteeService.objects.filter(unit__name="月亮幼儿园").exists()


def test_a_central_kindergarten_with_its_own_committee_becomes_the_joint_one(bureau):
    rows = [
        garden("春芽幼儿园", "联合(挂靠中心园)"),
        garden("东镇中心幼儿园", "独立设立", central="是"),
    ]
    bring_in(workbook(幼儿园=[GARDENS, *rows]), bureau)
    joint = Committee.objects.get()
    assert joint.is_joint
    assert joint.services.count() == 2


@pytest.mark.parametrize("rows", [
    [garden("春芽幼儿园", "联合(挂靠中心园)"), garden("东镇中心幼儿园", "未成立", central="是")],
    [garden("春芽幼儿园", "联合(挂靠中心园)")],
])  # fmt: skip
def test_without_a_committee_at_the_centre_nothing_is_linked_and_it_is_said(bureau, rows):
    result = bring_in(workbook(幼儿园=[GARDENS, *rows]), bureau)
    assert not Committee.objects.exists()
    assert [f.place.row for f in result.findings if f.code.startswith("central")] == [2]


def test_one_person_in_two_committees_is_one_person_with_two_posts(bureau):
    schools = [FIRST, school("乙小学", 关工委是否成立="是", 成立时间="2018")]
    people = [["周 老 师", "13900001111", "2015.8", "老教师", "甲小学", "副主任", "是"],
              ["周老师", "139-0000-1111", None, None, "乙小学关工委", "顾问", None]]  # fmt: skip
    bring_in(workbook(中小学=[SCHOOLS, *schools], 五老名册=[PEOPLE, *people]), bureau)
    person = Person.objects.get(name="周老师")
    assert {(p.committee.host.name, p.position) for p in person.posts.all()} == {
        ("甲小学", "deputy"),
        ("乙小学", "adviser"),
    }
    assert person.is_mentor
    assert person.categories == ["teacher"]
    assert (person.retired_on, person.retired_precision) == (date(2015, 8, 1), "month")


def test_the_officer_beside_the_school_is_the_person_of_the_register(bureau):
    people = [["周晓", "13900001111", None, "老干部", "甲小学", "主任", None]]
    bring_in(workbook(中小学=[SCHOOLS, FIRST], 五老名册=[PEOPLE, *people]), bureau)
    assert Person.objects.filter(name="周晓").count() == 1
    assert Post.objects.filter(person__name="周晓").count() == 1


def test_a_last_years_line_becomes_an_accepted_imported_record(bureau):
    line = ["2022.10", "甲小学", "听取工作汇报", "年度工作汇报会", "张主任", "６", "48人"]
    bring_in(workbook(中小学=[SCHOOLS, FIRST], 台账=[LEDGER, line]), bureau)
    record = Activity.objects.get()
    assert (record.state, record.source) == (ActivityState.ACCEPTED, ActivitySource.IMPORTED)
    assert (record.held_on, record.held_precision) == (date(2022, 10, 1), "month")
    assert (record.elders, record.youth, record.attendance) == (6, 48, 54)
    assert record.number == "2022-000001"
    assert record.office.name == "东镇教办"
    assert record.kind.slug == "report_heard"


def test_imported_records_count_for_the_obligations_of_their_year(bureau):
    activity_factory.put_standard_set_in_force(bureau, year=2022)
    line = ["2022.10", "甲小学", "工作推进会", "推进会", None, 6, 48, "布置下半年工作"]
    heads = [*LEDGER, "备注"]
    bring_in(workbook(中小学=[SCHOOLS, FIRST], 台账=[heads, line]), bureau)
    assert [credit.state for credit in Credit.objects.all()] == [CreditState.COUNTED]
    assert ObligationCell.objects.get().counted == 1


def test_a_line_of_an_unknown_unit_is_refused_naming_the_likeliest(bureau):
    line = ["2022.10", "甲小校", "主题宣讲", "宣讲", None, 6, 48]
    result = bring_in(workbook(中小学=[SCHOOLS, FIRST], 台账=[LEDGER, line]), bureau)
    assert not Activity.objects.exists()
    assert result.counts["bad_rows"] == 1
    assert "最像的是“甲小学”" in result.findings[-1].sentence


def test_an_unknown_kind_of_activity_is_kept_as_other_with_a_note(bureau):
    line = ["2022.10", "甲小学", "广场舞", "舞会", None, 6, 48]
    result = bring_in(workbook(中小学=[SCHOOLS, FIRST], 台账=[LEDGER, line]), bureau)
    assert Activity.objects.get().kind.slug == "other"
    assert [f.code for f in result.findings] == ["kind_unknown"]


# --- again --------------------------------------------------------------------------------------


def test_the_same_file_twice_doubles_nothing(bureau):
    data, truth = messy_roster(5)
    first = bring_in(data, bureau)
    before = everything()
    second = bring_in(data, bureau)
    assert first.counts == second.counts == truth
    assert everything() == before
    assert all(v["new"] == v["updated"] == 0 for v in second.verdicts.values())


def test_a_better_sheet_updates_what_stands_and_says_how_many(bureau):
    line = ["2022.10", "甲小学", "主题宣讲", "宣讲", None, 6, 48]
    bring_in(workbook(中小学=[SCHOOLS, FIRST], 台账=[LEDGER, line]), bureau)
    better = school("甲 小学", code="330001", 类别="小学", 学生数=1300, 关工委是否成立="√",
                    成立时间="2019-05-06", 主任="郑宁", 秘书长="吴珍")  # fmt: skip
    title = ["填报单位:海陵市教育局 填报日期:2023年3月"]
    data = workbook(中小学=[title, SCHOOLS, better, school("丙小学")],
                    台账=[LEDGER, [*line[:-1], 50]])  # fmt: skip
    result = bring_in(data, bureau)
    unit = Unit.objects.get(name="甲小学")
    assert result.verdicts["units"] == {"new": 1, "updated": 1, "unchanged": 0}
    assert result.verdicts["activities"] == {"new": 0, "updated": 1, "unchanged": 0}
    assert unit.phone == "13911112222"
    assert UnitYear.objects.get(unit=unit, year=2022).students == 1300
    assert Committee.objects.get(host=unit).established_on == date(2019, 5, 6)
    assert CommitteeService.objects.get(unit=unit).period.lower == date(2019, 5, 6)
    directors = Post.objects.filter(position=Position.DIRECTOR).order_by("pk")
    assert [(p.person.name, p.period.lower, p.period.upper) for p in directors] == [
        ("周晓", date(2019, 5, 1), date(2023, 3, 1)),
        ("郑宁", date(2023, 3, 1), None),
    ]
    assert Activity.objects.get().youth == 50


def test_a_record_somebody_logged_is_not_recorded_again(city):
    activity = activity_factory.accepted(
        city.school,
        by=city.school_secretary,
        reviewer=city.office_secretary,
        title="清明祭英烈",
        held_on=date(2023, 4, 3),
    )
    line = ["2023-04-03", city.school.name, activity.kind.name, "清明祭英烈", None, 6, 48]
    result = bring_in(workbook(台账=[LEDGER, line]), city.bureau)
    assert Activity.objects.count() == 1
    assert [f.code for f in result.findings] == ["logged_already"]


def test_a_code_finds_the_unit_and_renames_it(bureau):
    bring_in(workbook(中小学=[SCHOOLS, FIRST]), bureau)
    result = bring_in(workbook(中小学=[SCHOOLS, school("甲实验小学", code="330001")]), bureau)
    assert Unit.objects.get(code="330001").name == "甲实验小学"
    assert "renamed" in [f.code for f in result.findings]


def test_a_code_of_one_and_the_name_of_another_is_refused(bureau):
    bring_in(workbook(中小学=[SCHOOLS, FIRST, school("乙小学", code="330002")]), bureau)
    result = bring_in(workbook(中小学=[SCHOOLS, school("乙小学", code="330001")]), bureau)
    assert [f.code for f in result.findings] == ["code_and_name_differ"]
    assert result.counts["schools"] == 0


def test_another_city_is_not_touched(bureau):
    other = factory.make_bureau("云河市教育局")
    bring_in(workbook(中小学=[SCHOOLS, FIRST]), bureau)
    bring_in(workbook(中小学=[SCHOOLS, FIRST]), other)
    assert Unit.objects.filter(name="甲小学").count() == 2


# --- trying -------------------------------------------------------------------------------------


def test_a_test_run_says_what_the_real_run_then_does_and_changes_nothing(bureau):
    data, truth = messy_roster(11)
    before = everything()
    tried = try_out(read_file(data, "a.xlsx"), bureau, at=timezone.now(), by=None)
    assert everything() == before
    done = bring_in(data, bureau)
    assert tried.counts == done.counts == truth
    assert tried.verdicts == done.verdicts
    assert tried.findings == done.findings


def test_a_test_run_needs_no_city(db):
    data, truth = messy_roster(12)
    assert try_out(read_file(data, "a.xlsx"), None, at=timezone.now(), by=None).counts == truth
    assert not Unit.objects.exists()


def test_what_breaks_halfway_leaves_nothing_behind(bureau, monkeypatch):
    before = everything()

    def breaks(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the last step")

    monkeypatch.setattr(runs, "_remember", breaks)
    with pytest.raises(RuntimeError):
        bring_in(messy_roster(1)[0], bureau)
    assert everything() == before
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("data", "word"),
    [(b"not a workbook", "Excel"), (workbook(a=[["你好", "世界"], [1, 2]]), "没有在文件里认出"),
     (workbook(中小学=[SCHOOLS]), "只有表头")],
)  # fmt: skip
def test_a_file_that_holds_no_roster_is_refused_with_what_to_do(bureau, data, word):
    with pytest.raises(BadFile, match=word):
        bring_in(data, bureau)
    assert not ImportRun.objects.exists()


# --- as a job -----------------------------------------------------------------------------------


def test_check_and_import_run_as_jobs_with_progress_and_the_file_back(
    city, django_capture_on_commit_callbacks
):
    data, truth = messy_roster(21)
    staff = city.bureau_staff
    run = runs.begin(data, name="名册.xlsx", city=city.bureau, by=staff)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.start_check(run, by=staff)
    run.refresh_from_db()
    assert run.state == ImportState.CHECKED
    assert run.counts["accepted"] == truth
    assert not Unit.objects.filter(name__startswith="桃源").exists()
    with django_capture_on_commit_callbacks(execute=True):
        job = tasks.start_import(run, by=staff)
    run.refresh_from_db()
    job.refresh_from_db()
    assert (run.state, job.state) == (ImportState.DONE, JobState.DONE)
    assert job.total == job.done > 0
    assert job.result_file is not None
    assert job.result_name == "名册-检查结果.xlsx"
    assert ImportMapping.objects.filter(city=city.bureau).count() == 4


def test_a_job_delivered_twice_imports_once(city):
    run = runs.begin(messy_roster(22)[0], name="名册.xlsx", city=city.bureau, by=city.bureau_staff)
    runs.check(run, at=timezone.now(), by=city.bureau_staff)
    runs.import_now(run, at=timezone.now(), by=city.bureau_staff)
    before = everything()
    runs.import_now(run, at=timezone.now(), by=city.bureau_staff)
    assert everything() == before


def test_an_import_wants_a_check_first(city):
    run = runs.begin(messy_roster(22)[0], name="名册.xlsx", city=city.bureau, by=city.bureau_staff)
    with pytest.raises(Refused, match="先检查"):
        tasks.start_import(run, by=city.bureau_staff)
    assert not Job.objects.exists()


# --- taking back --------------------------------------------------------------------------------


def test_undo_restores_exactly_what_was(city):
    before = everything()
    cells = list(ObligationCell.objects.values_list("unit_id", "item_id", "counted", "pending"))
    rename = school(city.school.name, office=city.office.name, 学生数=900, 关工委是否成立="是",
                    主任="新主任", 成立时间="2011.1")  # fmt: skip
    line = ["2023.2", city.school.name, "工作推进会", "推进会", None, 6, 48, "布置工作"]
    data = workbook(
        中小学=[SCHOOLS, rename, FIRST, school("远校", office="远镇教办", 关工委是否成立="是")],
        幼儿园=[
            GARDENS,
            garden("东镇中心幼儿园", "联合", central="是"),
            garden("新芽幼儿园", "联合"),
        ],
        五老名册=[PEOPLE, ["周老师", "13900001111", "2015.8", "老教师", "甲小学", "副主任", "是"]],
        台账=[
            [*LEDGER, "备注"],
            line,
            ["2023.3", "远校", "工作推进会", "推进会", None, 1, 2, "总结"],
        ],
    )
    bring_in(data, city.bureau)
    assert Credit.objects.filter(activity__title="推进会").count() == 2
    assert everything() != before
    runs.undo(ImportRun.objects.get(), at=timezone.now(), by=city.bureau_staff)
    after = everything()
    now_cells = list(ObligationCell.objects.values_list("unit_id", "item_id", "counted", "pending"))
    assert [cell for cell in now_cells if cell[2] or cell[3]] == cells
    for table in before.keys() - {"activities.ObligationCell"}:
        assert after[table] == before[table], table
    assert ImportRun.objects.get().state == ImportState.UNDONE
    assert not Unit.objects.find_problems()[0]


def test_after_undo_the_same_file_comes_in_again(bureau):
    data, truth = messy_roster(31)
    bring_in(data, bureau)
    runs.undo(ImportRun.objects.get(), at=timezone.now(), by=None)
    assert bring_in(data, bureau).counts == truth


def test_undo_is_refused_naming_what_was_built_on_it(city):
    bring_in(workbook(中小学=[SCHOOLS, FIRST]), city.bureau)
    unit = Unit.objects.get(name="甲小学")
    factory.make_user(unit, Role.SCHOOL_SECRETARY, name="小孙", username="sun")
    activities.start_draft(unit, fields={"title": "新记的活动"}, by=city.bureau_staff)
    before = everything()
    with pytest.raises(Refused, match=r"甲小学.*活动记录.*新记的活动"):
        runs.undo(ImportRun.objects.get(), at=timezone.now(), by=city.bureau_staff)
    assert everything() == before


def test_undo_is_refused_where_an_imported_record_was_worked_on(city):
    line = ["2023.2", city.school.name, "工作推进会", "推进会", None, 6, 48]
    bring_in(workbook(台账=[LEDGER, line]), city.bureau)
    activities.void(Activity.objects.get(), note="记错了", by=city.bureau_staff)
    with pytest.raises(Refused, match=r"推进会.*又改过"):
        runs.undo(ImportRun.objects.get(), at=timezone.now(), by=city.bureau_staff)


def test_undo_is_refused_where_a_changed_field_changed_again(city):
    row = school(city.school.name, office=city.office.name, 联系电话="13911112222")
    bring_in(workbook(中小学=[SCHOOLS, row]), city.bureau)
    Unit.objects.filter(pk=city.school.pk).update(phone="13933334444")
    with pytest.raises(Refused, match="又改过"):
        runs.undo(ImportRun.objects.get(), at=timezone.now(), by=city.bureau_staff)


def test_undo_is_for_a_day_and_newest_first(bureau):
    bring_in(workbook(中小学=[SCHOOLS, FIRST]), bureau, name="一.xlsx")
    bring_in(workbook(中小学=[SCHOOLS, school("乙小学")]), bureau, name="二.xlsx")
    first, second = ImportRun.objects.order_by("pk")
    now = timezone.now()
    with pytest.raises(Refused, match=r"二\.xlsx"):
        runs.undo(first, at=now, by=None)
    with pytest.raises(Refused, match="24小时"):
        runs.undo(second, at=now + timedelta(hours=25), by=None)
    runs.undo(second, at=now, by=None)
    runs.undo(first, at=now, by=None)
    assert not Unit.objects.exclude(kind=UnitKind.BUREAU).exists()
