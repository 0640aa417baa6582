"""Give the running portal a role of its own, which alters no table and no line of the trail."""

import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from portal.kernel import roles


class Command(BaseCommand):
    help = (
        "Grant ROLE what web, worker and beat need, and no more: the audit trail is append-only "
        "for it, and no table is its to alter. Run as the owner of the tables, after each migrate. "
        "The role itself is made by the database's administrator, with its password."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", help="the name the portal signs in to PostgreSQL with")

    def handle(self, *args: Any, role: str, **options: Any) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", role):
            raise CommandError(f"{role}：角色名只用小写字母、数字和下划线，以字母开头。")
        if not roles.exists(role):
            raise CommandError(
                f"数据库里还没有角色 {role}。请数据库管理员先建立：CREATE ROLE {role} LOGIN"
            )
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in roles.statements(role):
                cursor.execute(statement)
        self.stdout.write(f"{role} 可以运行系统了。操作日志对它只能加，不能改，也不能删。")
