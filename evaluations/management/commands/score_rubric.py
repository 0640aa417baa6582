"""``manage.py score_rubric RUBRIC.json FINDINGS.json``: the engine alone, without a database."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluations.scoring import Malformed, score
from evaluations.scoring_input import no_doubles, printable

LIMIT = 5 * 1024 * 1024


class Command(BaseCommand):
    help = "按评分表（JSON）和检查结果（JSON）计分，打印每一项的得分和扣分理由"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("rubric", type=Path)
        parser.add_argument("findings", type=Path)

    def handle(self, *args: Any, rubric: Path, findings: Path, **options: Any) -> None:
        try:
            result = score(read(rubric, "rubric"), read(findings, "findings"))
        except Malformed as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2))


def read(path: Path, name: str) -> Any:
    """Parse one file; decimals stay exact until the engine has judged them."""
    try:
        if path.stat().st_size > LIMIT:
            raise Malformed(name, f"“{path.name}”超过 5 MB，不像是评分文件")
        text = path.read_text("utf-8-sig")
        found = json.loads(text, parse_float=Decimal, object_pairs_hook=no_doubles)
        printable(found, name)
        return found
    except Malformed as fault:
        raise fault.under(name) from fault
    except OSError as error:
        raise Malformed(name, f"读不到文件“{path}”") from error
    except json.JSONDecodeError as error:
        where = f"第 {error.lineno} 行第 {error.colno} 个字"
        raise Malformed(name, f"“{path.name}”不是 JSON 文件，{where}看不懂") from error
    except (ValueError, RecursionError) as error:  # not UTF-8, a number without end, a bomb
        raise Malformed(name, f"“{path.name}”不是 JSON 文件") from error
