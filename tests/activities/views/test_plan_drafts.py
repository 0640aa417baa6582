"""Upload, review, publish: only by the bureau, and a bad file changes nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activities.choices import PlanState, TaskScope
from activities.models import ActivityKind, PlanNode, WorkPlan
from portal.kernel.models import StoredFile
from tests.factories import plans as factory
from tests.personas import World, build_city


@pytest.fixture
def staff(client: Client, city: World) -> Client:
    client.force_login(city.bureau_staff)
    return client


@pytest.fixture
def draft(city: World) -> WorkPlan:
    return factory.draft(city.bureau, by=city.bureau_staff)


def upload(client: Client, text: str | bytes, name: str = "要点.txt", **fields: str) -> object:
    data = text.encode() if isinstance(text, str) else text
    return client.post("/plans/new/", {"file": SimpleUploadedFile(name, data), **fields})


def test_an_uploaded_document_becomes_a_draft_to_review(staff: Client, city: World) -> None:
    answer = upload(staff, factory.DOCUMENT)

    plan = WorkPlan.objects.get()
    assert answer.url == "/plans/2023/draft/"
    assert (plan.state, plan.source_name) == (PlanState.DRAFT, "要点.txt")
    page = staff.get(answer.url).content.decode()
    assert "8 条，4 项任务" in page
    assert "原文没有写由谁做" in page


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("要点.docx", b"only text", "这不是Word 文档"),
        ("要点.xlsx", b"PK\x03\x04", "不是 Word 文档"),
        ("要点.txt", "没有编号".encode(), "没有找到"),
        ("要点.txt", b"", "空的"),
        ("要点.txt", b"x" * (21 * 1024 * 1024), "21 MB"),
    ],
)
def test_a_bad_file_is_answered_beside_the_field_and_changes_nothing(
    name: str, data: bytes, words: str, staff: Client, draft: WorkPlan
) -> None:
    before = list(draft.nodes.values("number", "title"))

    answer = upload(staff, data, name)

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert list(draft.nodes.values("number", "title")) == before
    assert not StoredFile.objects.exists()


def test_a_document_without_a_year_asks_for_it(staff: Client) -> None:
    text = "关工委工作要点\n一、学习\n二、宣讲"

    assert "没有读出是哪一年的" in upload(staff, text).content.decode()
    assert not WorkPlan.objects.exists()
    assert upload(staff, text, year="２０２５年").status_code == 200
    assert upload(staff, text, year="2025").url == "/plans/2025/draft/"


def test_without_a_file_the_form_says_so(staff: Client) -> None:
    assert "选一下工作要点文件" in staff.post("/plans/new/").content.decode()


def test_an_item_and_its_tasks_are_corrected_on_one_page(staff: Client, draft: WorkPlan) -> None:
    node = draft.nodes.get(number="4")
    page = staff.get(f"/plans/items/{node.pk}/").content.decode()
    assert "原文没有写由谁做" in page

    answer = staff.post(
        f"/plans/items/{node.pk}/",
        {
            "number": "4", "title": "慰问", "text": "走访老同志。",
            "task-TOTAL_FORMS": "2", "task-INITIAL_FORMS": "1",
            "task-0-text": "走访", "task-0-scope": TaskScope.ALL_OFFICES,
            "task-0-due_on": "2023-10-31", "task-0-target": "2次",
            "task-0-measure": f"kind:{ActivityKind.objects.get(slug='care').pk}",
            "task-0-evidence": "签到表",
            "task-1-text": "慰问", "task-1-scope": TaskScope.ALL_SCHOOLS,
        },
    )  # fmt: skip

    assert answer.url == f"/plans/2023/draft/#node-{node.pk}"
    node.refresh_from_db()
    assert (node.title, node.doubt) == ("慰问", "")
    assert [(t.text, t.scope, t.target, str(t.kind)) for t in node.tasks.all()] == [
        ("走访", TaskScope.ALL_OFFICES, "2次", "关爱帮扶"),
        ("慰问", TaskScope.ALL_SCHOOLS, "", "None"),
    ]  # fmt: skip


def test_a_task_for_named_units_measured_by_an_obligation(
    city: World, staff: Client, draft: WorkPlan
) -> None:
    node = draft.nodes.get(number="4")
    assert "三个一：听取汇报" in staff.get(f"/plans/items/{node.pk}/").content.decode()
    given = {
        "number": "4", "title": "慰问", "text": "",
        "task-TOTAL_FORMS": "1", "task-INITIAL_FORMS": "1",
        "task-0-text": "听取汇报", "task-0-scope": TaskScope.NAMED,
        "task-0-named": "云山小学\n火星小学", "task-0-measure": "item:report_heard",
    }  # fmt: skip
    answer = staff.post(f"/plans/items/{node.pk}/", given)
    assert "名单里没有“火星小学”" in answer.content.decode()
    answer = staff.post(f"/plans/items/{node.pk}/", given | {"task-0-named": " "})
    assert "写一下由哪些单位来做" in answer.content.decode()

    staff.post(f"/plans/items/{node.pk}/", given | {"task-0-named": "云山小学\n\n云山小学 "})

    task = node.tasks.get()
    assert (list(task.units.all()), task.obligation, task.kind) == (
        [city.school], "report_heard", None,
    )  # fmt: skip
    page = staff.get(f"/plans/items/{node.pk}/").content.decode()
    assert '<option value="item:report_heard" selected>' in page


def test_a_task_is_removed_by_its_box(staff: Client, draft: WorkPlan) -> None:
    node = draft.nodes.get(number="4")

    staff.post(
        f"/plans/items/{node.pk}/",
        {
            "number": "4", "title": "慰问", "text": "",
            "task-TOTAL_FORMS": "2", "task-INITIAL_FORMS": "1",
            "task-0-text": "走访", "task-0-scope": TaskScope.CITY, "task-0-DELETE": "on",
            "task-1-text": "", "task-1-scope": TaskScope.ALL_UNITS,
        },
    )  # fmt: skip

    assert not node.tasks.exists()


def test_a_mistake_in_a_task_keeps_everything_and_says_which(
    staff: Client, draft: WorkPlan
) -> None:
    node = draft.nodes.get(number="4")

    answer = staff.post(
        f"/plans/items/{node.pk}/",
        {
            "number": "4", "title": "改过的标题", "text": "",
            "task-TOTAL_FORMS": "1", "task-INITIAL_FORMS": "1",
            "task-0-text": "走访", "task-0-scope": "nobody", "task-0-due_on": "明年",
        },
    )  # fmt: skip

    page = answer.content.decode()
    assert "第 1 项：从列出的单位里选一个" in page
    assert "看不懂“明年”" in page
    assert "改过的标题" in page
    node.refresh_from_db()
    assert node.title == "慰问老同志"


def test_a_checked_item_has_no_doubts_left(staff: Client, draft: WorkPlan) -> None:
    node = draft.nodes.get(number="4")

    staff.post(f"/plans/items/{node.pk}/checked/")

    assert "没有要核对的地方了" in staff.get("/plans/2023/draft/").content.decode()


def test_items_are_merged_and_added(staff: Client, draft: WorkPlan) -> None:
    second = draft.nodes.get(number="2")

    staff.post(f"/plans/items/{second.pk}/merge/")
    assert "听取汇报" in draft.nodes.get(number="1").text
    added = staff.post(f"/plans/items/{draft.nodes.get(number='1').pk}/add/")

    assert added.url == f"/plans/items/{draft.nodes.get(number='').pk}/"


def test_what_cannot_be_merged_is_answered_with_a_sentence(staff: Client, draft: WorkPlan) -> None:
    answer = staff.post(f"/plans/items/{draft.nodes.get(number='二').pk}/merge/")

    assert answer.status_code == 409
    assert "下面还有条目" in answer.content.decode()


def test_the_heading_is_corrected(staff: Client, draft: WorkPlan) -> None:
    staff.post("/plans/2023/draft/heading/", {"title": "二〇二三年工作要点", "issuer": "局关工委"})

    draft.refresh_from_db()
    assert (draft.title, draft.issuer) == ("二〇二三年工作要点", "局关工委")
    assert "写一下标题" in staff.post("/plans/2023/draft/heading/", {}).content.decode()


def test_publishing_says_what_follows_and_then_does_it(staff: Client, draft: WorkPlan) -> None:
    page = staff.get("/plans/2023/draft/publish/").content.decode()
    assert "还有 1 处标着“请核对”" in page

    answer = staff.post("/plans/2023/draft/publish/", follow=True)

    draft.refresh_from_db()
    assert draft.state == PlanState.PUBLISHED
    assert "已发布，全市各单位现在都能看到" in answer.content.decode()
    assert staff.get("/plans/2023/draft/").status_code == 404


def test_a_published_item_cannot_be_changed_by_its_old_address(
    staff: Client, city: World, draft: WorkPlan
) -> None:
    node = draft.nodes.get(number="4")
    staff.post("/plans/2023/draft/publish/")

    answer = staff.post(f"/plans/items/{node.pk}/checked/")

    assert answer.status_code == 409
    assert "已经发布，不能再改" in answer.content.decode()


def test_a_draft_is_thrown_away_after_a_question(staff: Client, draft: WorkPlan) -> None:
    assert "不能找回" in staff.get("/plans/2023/draft/discard/").content.decode()

    staff.post("/plans/2023/draft/discard/")

    assert not PlanNode.objects.exists()


ADDRESSES = ["draft/", "draft/heading/", "draft/publish/", "draft/discard/"]


@pytest.mark.parametrize(
    "persona",
    ["bureau_leader", "office_secretary", "school_secretary", "party_contact", "judge", "auditor"],
)
def test_nobody_but_bureau_staff_sees_or_changes_a_draft(
    client: Client, city: World, draft: WorkPlan, persona: str
) -> None:
    client.force_login(city.users[persona])
    node = draft.nodes.get(number="4")

    for address in ADDRESSES:
        assert client.get(f"/plans/2023/{address}").status_code == 404
        assert client.post(f"/plans/2023/{address}").status_code in (404, 405)
    for action in ("", "checked/", "add/", "merge/"):
        assert client.post(f"/plans/items/{node.pk}/{action}").status_code == 404
    assert client.get("/plans/new/").status_code == 403
    assert upload(client, factory.DOCUMENT).status_code == 403
    assert draft.nodes.count() == 8


def test_staff_of_another_city_find_nothing(client: Client, city: World, draft: WorkPlan) -> None:
    other = build_city("青山市教育局", prefix="青")
    client.force_login(other.bureau_staff)
    node = draft.nodes.get(number="4")

    assert client.get("/plans/2023/draft/").status_code == 404
    assert client.post(f"/plans/items/{node.pk}/merge/").status_code == 404


def test_the_review_page_costs_the_same_however_long_the_plan(staff: Client, city: World) -> None:
    costs = []
    for year, items in ((2023, 3), (2024, 30)):
        lines = "".join(f"{n}.学习。各学校要组织一次专题学习培训。\n" for n in range(1, items + 1))
        factory.draft(city.bureau, by=city.bureau_staff, text=f"工作要点\n{lines}", year=year)
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(f"/plans/{year}/draft/").status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 12
