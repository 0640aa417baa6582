"""Sentences of an official plan that ask something of somebody, as draft tasks.

Nothing here decides: who, until when and how many are guesses that a person reviews, and each
guess that is not written in the text carries a doubt.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from activities.choices import TaskScope
from activities.services.plans import TaskDraft, evidence_of

TEXT_LIMIT = 300

_OFFICES = r"(?:各(?:镇|街道|镇（街道）|镇\(街道\))?教办|教办|各教育办|各教育服务中心|各学区)"
_SCHOOLS = r"(?:各(?:中小)?学校|各中小学|各校|各级各类学校|中小学校?|学校)"
_KINDERGARTENS = r"(?:各?(?:(?:镇|街道|镇（街道）|镇\(街道\)))?(?:中心)?幼儿园|各园|各幼教机构)"
_EVERYONE = r"(?:各单位|各基层单位|基层关工委|各关工委|各级(?:各类)?(?:教育)?关工(?:委|组织))"
_CITY = r"(?:市级层面|市级|(?:市?教育局|市?局|市|市教育)关工委(?:办公室)?|市教育局)"
_PLACE = rf"(?:{_OFFICES}|{_SCHOOLS}|{_KINDERGARTENS}|{_EVERYONE}|{_CITY})"
_BRACKET = rf"(?:[（(]{_PLACE}[)）])?"
_ACTOR = re.compile(
    rf"(?:全市|我市|本市)?(?P<who>{_PLACE}{_BRACKET}(?:[、和与及]{_PLACE}{_BRACKET})*)"
    rf"(?:的?(?:党组织|党支部|党委|关工委|关工组织|负责人))*(?!的|是|建设|工作|组织建设|队伍)"
)
#: A place named without 各 acts only when one of these follows; else it is merely mentioned.
_THEN = re.compile(
    "要|应|须|必须|务必|需|可|将|负责|根据|结合|积极|认真|每|至少|于|在|重点|组织|开展|制定|召开|"
    "建立|上报|报送|确保|按|切实|全面|继续|通过|充分|充足|定期|以|进行|做|为"
)

_SOFTENER = (
    "(?:要|应|还要|同时|并|将|重点|积极|认真|进一步|广泛|不断|着力|深入|扎实|继续|全面|及时|即时|"
    "切实|大力|精心|定期|努力|因地制宜|结合实际|充分|充足|更好地|至少|每年|每学期|每季度|每月)*"
)
_DEEDS = (
    "组织|开展|召开|举办|举行|制定|建立|成立|听取|评选|推荐|培训|搭建|吸纳|实施|做强|配强|健全|完善|"
    "创建|编印|编写|报送|上报|总结|表彰|走访|慰问|征集|争取|纳入|指导|推进|推动|加强|落实|巩固|发挥|"
    "拓展|深化|强化|撰写|汇编|汇总|负责|部署|督查|检查|考核|选树|选派|聘请|聘任|募集|资助|结对|与[^，,]{2,12}联手"
)
_WHEN = "(?:[在于]?[^，,]{0,10}?(?:前|旬|季度|期间|半年|年底|年内|月份?|学期))?"
_DEED = re.compile(f"{_SOFTENER}{_WHEN}{_SOFTENER}(?:{_DEEDS})")
_TAKES_UP = re.compile("(?:务必|要|应|必须)?(?:将|把)[^，,]{2,25}(?:纳入|列入|融入)")
_EXHORTS = re.compile(r"(?:我们)?(?:要|应|必须)(?:做到|坚持|牢记|树立|站|把握|认识|领会)")
_STATES = re.compile(r"是[^，,。；]{0,20}(?:任务|关键|基础|要求|保证|重点)$")

_HAN = "一二两三四五六七八九十"
_AMOUNT = rf"(?:[{_HAN}]{{1,3}}|\d+(?:[—–~～-]\d+)?)"
_TIMES = re.compile(rf"{_AMOUNT}(?:次|场|期|篇|堂|节|回)")
_TARGET = re.compile(
    rf"(?:(?P<every>每(?:年|学期|季度|月|学年|校|所学校))[要应需]?[\u4e00-\u9fff]{{0,4}}?)?"
    rf"(?P<bound>至少|不少于|不低于|力争|达到|确保|完成)(?:[\u4e00-\u9fff]{{0,4}}?)"
    rf"(?P<amount>{_AMOUNT}(?:次|场|期|篇|堂|节|所|个|名|人|位|件|项)|\d+(?:\.\d+)?%|全覆盖)"
)
#: 4—5 loses its dash in a scan and becomes 45; a number of the plan is then nine times too big.
_LOST_DASH = re.compile(r"(?<!\d)(12|23|34|45|56|67|78|89)(?=所|个|次|名|场|位|期|篇|件)")

_EVIDENCE = (
    ("听取", "听取工作汇报"), ("推进会", "工作推进会"), ("培训", "专题学习培训"),
    ("报告会", "主题宣讲"), ("宣讲", "主题宣讲"), ("讲堂", "主题宣讲"), ("读书", "读书活动"),
    ("结对", "关爱帮扶"), ("走访", "关爱帮扶"), ("慰问", "关爱帮扶"), ("专题学习", "专题学习培训"),
    ("家长学校", "家长学校"),
)  # fmt: skip


_CARRIED = "责任单位是接着上一句定的，请核对"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whom a sentence asks; the doubt says what was guessed in it."""

    scope: TaskScope
    doubt: str = ""


def duties(text: str, *, year: int | None, actor: Actor | None = None) -> tuple[TaskDraft, ...]:
    """Return the duties of one item's text, in its order.

    Who is named holds until somebody else is named; ``actor`` is who the heading above named.
    Nobody named at all means the bureau's own committee, with a doubt. Days are reckoned in
    ``year``; without one no day is given.
    """
    found: list[TaskDraft] = []
    for sentence in re.findall(r"[^。！？\n]+[。！？]?[”’]?", text):
        named_here, until = False, None
        for part in re.split("[；;]", sentence):
            if named := actor_of(part):
                actor, named_here = named, True
            for piece in _pieces(part):
                who = actor if named_here or actor is None else Actor(actor.scope, _CARRIED)
                if (task := _task(piece, who, year=year)) is None:
                    continue
                if task.due_on is None and _TIMES.search(piece):
                    # 每年至少听取一次…；组织一次…，召开一次…: the 每年 holds for all three.
                    task = replace(task, due_on=until)
                until = task.due_on
                found.append(task)
    return tuple(found)


def last_actor(text: str) -> Actor | None:
    """Who the text names last: the items below it are asked of them."""
    named = (actor_of(sentence) for sentence in re.split("[。；;！？\n]", text))
    return next((actor for actor in reversed(list(named)) if actor), None)


def actor_of(sentence: str) -> Actor | None:
    """Who the sentence names at the head of a clause, or None."""
    for clause in re.split("[，,：:]", sentence):
        if match := _acting(clause.strip()):
            return _scope(match["who"])
    return None


def _acting(clause: str) -> re.Match[str] | None:
    match = _ACTOR.match(clause)
    if match is None:
        return None
    who = match["who"]
    named = who.startswith("各") or (re.match(_CITY, who) and "关工委" in match[0])
    return match if named or _THEN.match(clause, match.end()) else None


def _scope(who: str) -> Actor:
    if re.search(_CITY, who):
        return Actor(TaskScope.CITY)
    if re.search(_EVERYONE, who):
        return Actor(TaskScope.ALL_UNITS)
    kinds = {
        TaskScope.ALL_OFFICES: re.search(_OFFICES, who),
        TaskScope.ALL_SCHOOLS: re.search(_SCHOOLS, re.sub(_OFFICES, "", who)),
        TaskScope.ALL_KINDERGARTENS: re.search(_KINDERGARTENS, who),
    }
    named = [scope for scope, match in kinds.items() if match]
    if len(named) == 1:
        return Actor(named[0])
    if len(named) == 3:
        return Actor(TaskScope.ALL_UNITS)
    # There is no scope of two kinds: the reviewer narrows it or lets it stand.
    return Actor(TaskScope.ALL_UNITS, f"原文写的是“{who}”，请核对是不是所有单位都要做")


def _pieces(sentence: str) -> Iterator[str]:
    """Cut a sentence that asks for several countable things into one piece each."""
    clauses = re.split("(?<=[，,])", sentence.strip().rstrip("。！？"))
    counted = [index for index, clause in enumerate(clauses) if _TIMES.search(clause)]
    cuts = [0, *counted[1:], len(clauses)]
    for start, end in itertools.pairwise(cuts):
        if piece := "".join(clauses[start:end]).strip("，, 　"):
            yield piece


def _task(piece: str, actor: Actor | None, *, year: int | None) -> TaskDraft | None:
    clauses = [_without_actor(clause) for clause in re.split("[，,：:]", piece)]
    deed = any(_DEED.match(clause) or _TAKES_UP.match(clause) for clause in clauses)
    deed = deed or bool(_TIMES.search(piece))
    exhorts = any(_EXHORTS.match(clause) for clause in clauses)
    if _STATES.search(piece) or not (deed or exhorts or actor_of(piece)):
        return None
    task = TaskDraft(
        text=piece[:TEXT_LIMIT],
        scope=actor.scope if actor else TaskScope.CITY,
        due_on=due(piece, year=year) if year else None,
        evidence=next((evidence_of(kind) for word, kind in _EVIDENCE if word in piece), ""),
        target=_target(piece),
    )
    if actor is None:
        task = _doubted(task, "原文没有写由谁做，先记在市教育局关工委名下，请核对")
    elif actor.doubt:
        task = _doubted(task, actor.doubt)
    if not deed:
        task = _doubted(task, "这一句是总的要求，没有具体事项，不需要就删去")
    for lost in _LOST_DASH.finditer(piece):
        low, high = lost[1][0], lost[1][1]
        task = _doubted(task, f"“{lost[1]}”可能是“{low}—{high}”漏了连接号，请核对原件")
    return task


def _without_actor(clause: str) -> str:
    clause = clause.strip()
    match = _acting(clause)
    return clause[match.end() :] if match else clause


def _doubted(task: TaskDraft, doubt: str) -> TaskDraft:
    return replace(task, doubt="；".join(filter(None, (task.doubt, doubt))))


def _target(piece: str) -> str:
    if match := _TARGET.search(piece):
        return f"{match['every'] or ''}{match['bound']}{match['amount']}"[:20]
    match = _TIMES.search(piece)
    return match[0] if match else ""


_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_THIRDS = {"上": 10, "中": 20}


def due(text: str, *, year: int) -> date | None:
    """The last day of the first deadline the text names, or None.

    每年 and 年内 mean 31 December; a month without a day means its end.
    """
    if match := re.search(r"(\d{1,2})月(\d{1,2})日", text):
        return _day(year, int(match[1]), int(match[2]))
    if match := re.search(r"(?:\d{1,2}月?[至到—–~～-])?(\d{1,2})月(?:份)?(?:(上|中)旬)?", text):
        month = int(match[1])
        if not 1 <= month <= 12:
            return None
        return _day(year, month, _THIRDS[match[2]]) if match[2] else _month_end(year, month)
    if match := re.search(r"第([一二三四1-4])季度", text):
        return _month_end(year, 3 * _QUARTERS[match[1]])
    if "上半年" in text:
        return date(year, 6, 30)
    if re.search("每年|年底|年内|全年|下半年|年度内|每学期|每季度|每月", text):
        return date(year, 12, 31)
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
