"""manage.py setup_key: where and with which key a new city is made."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.web.services import setup


class Command(BaseCommand):
    help = "打印开城钥匙：还没有城市时，用它在 /setup/ 建一个"

    def handle(self, *args: Any, **options: Any) -> None:
        if setup.is_new():
            self.stdout.write(f"还没有城市。打开 /setup/，开城钥匙：{setup.key()}")
        else:
            self.stdout.write("这里已经有城市，/setup/ 不再开放")
