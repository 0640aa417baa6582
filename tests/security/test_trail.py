"""The audit trail: complete, readable, for those it is for, and append-only in the database."""

import ast
from collections.abc import Iterator
from io import BytesIO

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from committees.services import units
from portal.kernel import audit, origin, roles
from portal.kernel.models import AuditEvent
from portal.stack.environment import ROOT
from portal.web import audit_words
from tests.conventions.sources import app_files
from tests.factories import activities as records
from tests.personas import World

ROLE = "trust_test_app"


# --- append-only --------------------------------------------------------------------------------


@pytest.fixture
def event(city: World) -> AuditEvent:
    return audit.record("unit.corrected", city.school, by=city.bureau_staff)


@pytest.fixture
def role(event: AuditEvent) -> Iterator[str]:
    """The portal's own role; gone with the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
    call_command("database_role", ROLE, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
    yield ROLE
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


ATTACKS = [
    "UPDATE kernel_auditevent SET actor_name = '别人'",
    "UPDATE kernel_auditevent SET note = ''",
    "DELETE FROM kernel_auditevent",
    "TRUNCATE kernel_auditevent",
    "TRUNCATE kernel_auditevent CASCADE",
    "ALTER TABLE kernel_auditevent DISABLE TRIGGER ALL",
    "ALTER TABLE kernel_auditevent DROP COLUMN actor_name",
    "ALTER TABLE kernel_auditevent OWNER TO CURRENT_USER",
    "DROP TABLE kernel_auditevent",
    "DROP TRIGGER pgtrigger_append_only_441ae ON kernel_auditevent",
    "CREATE RULE gone AS ON INSERT TO kernel_auditevent DO INSTEAD NOTHING",
    "SET session_replication_role = replica",
    "DELETE FROM committees_unitevent",
    "UPDATE committees_unitevent SET pgh_created_at = now()",
    "UPDATE committees_unitevent SET pgh_context_id = NULL",
    "TRUNCATE committees_unitevent",
    "DELETE FROM pghistory_context",
    "DELETE FROM django_migrations",
]


@pytest.mark.django_db
@pytest.mark.parametrize("attack", ATTACKS)
def test_the_portal_s_own_role_cannot_touch_what_was_written(role: str, attack: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)

    assert AuditEvent.objects.filter(verb="unit.corrected", actor_name="bureau_staff").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE kernel_auditevent SET actor_name = '别人'",
        "UPDATE kernel_auditevent SET at = now()",
        "UPDATE kernel_auditevent SET origin = ''",
        "DELETE FROM kernel_auditevent",
    ],
)
def test_switching_the_trigger_off_by_its_variable_does_not_help(role: str, attack: str) -> None:
    refused = pytest.raises(DatabaseError, match="permission denied")
    ignoring = pgtrigger.ignore("kernel.AuditEvent:append_only")
    with ignoring, refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "attack",
    ["UPDATE kernel_auditevent SET actor_name = '别人'", "DELETE FROM kernel_auditevent"],
)
def test_the_owner_of_the_tables_is_stopped_by_the_trigger(event: AuditEvent, attack: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)


@pytest.mark.django_db
def test_the_portal_s_own_role_can_do_the_portal_s_work(role: str, city: World) -> None:
    """Pages, writes with their history, and names taken out of the trail."""
    client = Client()
    client.force_login(city.bureau_staff)
    assert client.get("/audit/").status_code == 200
    record = records.accepted(city.school, by=city.school_secretary, reviewer=city.office_secretary)
    audit.unname(record, names={"甲"}, label="已删除")

    assert set(audit.trail_of(record).values_list("target_label", flat=True)) == {"已删除"}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["no_such_role", "x; DROP TABLE a", "X", ""])
def test_a_role_that_is_none_is_not_granted_anything(name: str) -> None:
    with pytest.raises(CommandError):
        call_command("database_role", name)


def test_every_history_table_is_covered() -> None:
    tables = dict(roles.histories())

    assert len(tables) > 20
    assert all(
        words and not [w for w in words if w.startswith('"pgh_')] for words in tables.values()
    )


# --- readable -----------------------------------------------------------------------------------


def written_verbs() -> set[str]:
    """What the code writes into the trail, by audit.record, audit.acting and the workflows."""
    found = set()
    for path in app_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            function = node.func
            if (
                isinstance(function, ast.Attribute)
                and function.attr in {"record", "acting"}
                and isinstance(function.value, ast.Name)
                and function.value.id == "audit"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                found.add(str(node.args[0].value))
            if isinstance(function, ast.Name) and function.id == "Workflow":
                verb = node.args[0].value  # type: ignore[attr-defined]
                steps = next(each for each in node.args if isinstance(each, ast.Dict))
                found |= {
                    f"{verb}.{key.value}" for key in steps.keys if isinstance(key, ast.Constant)
                }  # type: ignore[union-attr]
    return found


def test_everything_that_is_written_has_its_words() -> None:
    verbs = written_verbs()
    assert len(verbs) > 250

    without = {
        verb
        for verb in verbs - audit_words.WHOLE.keys()
        if verb.partition(".")[0] not in audit_words.THINGS
        or verb.partition(".")[2] not in audit_words.ACTS
    }

    assert without == set(), "give these words in portal/web/audit_words.py"
    assert ROOT.exists()


@pytest.mark.django_db
def test_a_line_says_who_what_when_from_where_and_what_it_was_before(
    client: Client, city: World
) -> None:
    with origin.asking("203.0.113.5"):
        units.correct_unit(city.school, by=city.bureau_staff, name="云山一小")
    client.force_login(city.bureau_staff)

    page = client.get("/audit/?q=云山")
    assert "更正单位" in page.text
    assert "203.0.113.5" in page.text

    event = AuditEvent.objects.filter(verb="unit.corrected").latest("pk")
    whole = client.get(f"/audit/{event.pk}/")
    changes = {it.label: (it.before, it.after) for it in whole.context["changes"]}
    assert ("云山小学", "云山一小") in changes.values()


@pytest.mark.django_db
def test_each_sees_the_lines_of_their_own_units_alone(client: Client, city: World) -> None:
    from tests.personas import build_city

    other = build_city("邻市教育局", prefix="邻")
    audit.record("unit.corrected", city.school, by=city.bureau_staff)
    theirs = audit.record("unit.corrected", other.school, by=other.users["bureau_staff"])
    client.force_login(city.auditor)

    page = client.get("/audit/?group=units")

    assert "云山小学" in page.text
    assert "邻云山小学" not in page.text
    assert client.get(f"/audit/{theirs.pk}/").status_code == 404


@pytest.mark.django_db
def test_the_trail_goes_out_as_a_workbook_and_its_going_out_is_a_line(
    client: Client, city: World
) -> None:
    audit.record("unit.corrected", city.school, by=city.bureau_staff, note="=HYPERLINK(1)")
    client.force_login(city.auditor)

    answer = client.get("/audit/list.xlsx?group=units")

    from openpyxl import load_workbook

    rows = list(load_workbook(BytesIO(answer.content))["操作日志"].values)
    assert rows[0][:4] == ("时间", "谁", "做了什么", "对什么")
    assert any("更正单位" in row and "'=HYPERLINK(1)" in row for row in rows)
    assert AuditEvent.objects.get(verb="audit.exported").actor_name == "auditor"


@pytest.mark.django_db
def test_whoever_read_a_child_s_data_is_listed(client: Client, city: World) -> None:
    audit.record("child.read", city.school, by=city.bureau_staff, note="家长来问")
    audit.record("unit.corrected", city.school, by=city.bureau_staff)
    client.force_login(city.bureau_leader)

    page = client.get("/audit/children/")

    assert "查看一个孩子的全部资料" in page.text
    assert "更正单位" not in page.text


@pytest.mark.django_db
def test_a_long_trail_costs_no_more_queries_than_a_short_one(
    client: Client, city: World, django_assert_max_num_queries
) -> None:
    for number in range(60):
        audit.record("unit.corrected", city.school, by=city.bureau_staff, note=str(number))
    client.force_login(city.bureau_staff)

    with django_assert_max_num_queries(12):
        page = client.get("/audit/")
    assert page.text.count("更正单位") == 50
    assert "往后看" in page.text
