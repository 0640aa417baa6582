"""What is asked for an official paper, its annexes and its steps."""

import re
from typing import Any

from django import forms

from committees.models import Unit
from evaluations.choices import Audience, PaperKind, PaperState
from evaluations.figures import named
from evaluations.models import Campaign, OfficialPaper
from portal.kernel import calendar
from portal.kernel.forms import CountField, narrow
from reading_program.models import Edition

LONGEST_BODY = 30_000
HOW_TO_WRITE = "一行一段。行首写“一、”“（一）”就是小标题"


class PaperForm(forms.Form):
    """Six questions must be answered; the rest a plain notice does without."""

    kind = forms.ChoiceField(
        label="哪一种文件？",
        choices=PaperKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "选一下是通知还是表彰决定"},
    )
    title = forms.CharField(
        label="标题",
        max_length=120,
        help_text="例如 关于开展2023年读书活动的通知。长标题可以自己换行，印出来就在那里断开",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "写一下标题", "max_length": "标题最多 120 个字，短一些好读"},
    )
    code = forms.CharField(
        label="机关代字",
        max_length=20,
        help_text="印在发文字号最前面，例如 云教关工委。年份和序号在签发时自动排",
        error_messages={"required": "写一下机关代字，例如 云教关工委"},
    )
    audience = forms.ChoiceField(
        label="发给谁？",
        choices=Audience.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "选一下发给哪些单位"},
    )
    chosen = forms.CharField(
        label="点名发给哪些单位",
        required=False,
        max_length=20_000,
        help_text="上面选了“点名的单位”才要写。写单位全名，用顿号或换行隔开",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    addressees = forms.CharField(
        label="主送",
        max_length=200,
        help_text="印在正文上面，例如 各教办，各学校、幼儿园关工委。冒号会自动加上",
        error_messages={"required": "写一下主送哪些单位"},
    )
    body = forms.CharField(
        label="正文",
        max_length=LONGEST_BODY,
        help_text=HOW_TO_WRITE,
        widget=forms.Textarea(attrs={"rows": 14}),
        error_messages={"required": "写一下正文", "max_length": "正文太长了，最多 3 万字"},
    )
    note = forms.CharField(
        label="附注", required=False, max_length=60, help_text="例如 此件公开发布。括号会自动加上"
    )
    copy_to = forms.CharField(
        label="抄送", required=False, max_length=200, help_text="用顿号隔开，印在最后一页下面"
    )
    copies = CountField(
        label="共印多少份", missing="", required=False, help_text="不印在纸上就不填"
    )
    replaces = forms.ModelChoiceField(
        OfficialPaper.objects.none(),
        label="代替以前的哪一份？",
        required=False,
        empty_label="不代替",
        help_text="印发以后，旧的那份会标成已撤回",
    )
    earlier = CountField(
        label="今年在系统以外已经发到第几号",
        missing="",
        required=False,
        help_text="只在第一次用这个代字时问；没发过就不填",
    )

    def __init__(self, data: Any = None, *, unit: Unit, paper: OfficialPaper | None = None) -> None:
        super().__init__(data, initial=_written(paper) if paper else _usual(unit))
        self.unit = unit
        mine = OfficialPaper.objects.filter(unit=unit)
        narrow(self, "replaces", mine.filter(state=PaperState.ISSUED).order_by("-issued_at"))
        if mine.filter(year=calendar.today().year).exists():
            del self.fields["earlier"]
        if not mine.filter(state=PaperState.ISSUED).exists():
            del self.fields["replaces"]

    def clean_addressees(self) -> str:
        words: str = self.cleaned_data["addressees"]
        return words.strip().rstrip("：:")

    def clean_note(self) -> str:
        words: str = self.cleaned_data["note"]
        return words.strip().strip("（）()")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["units"] = []
        if cleaned.get("audience") == Audience.CHOSEN:
            cleaned["units"] = self._named(cleaned.get("chosen", ""))
        return cleaned

    def _named(self, text: str) -> list[Unit]:
        """The units named, all of them below the issuing one; a name nobody has is told."""
        names = [name for name in re.split(r"[、，,；;\s]+", text) if name]
        below = Unit.objects.below(self.unit).exclude(pk=self.unit.pk).filter(name__in=names)
        found = {unit.name: unit for unit in below}
        if unknown := [name for name in names if name not in found]:
            self.add_error("chosen", f"没有找到“{'、'.join(unknown[:5])}”，请写单位的全名")
        elif not names:
            self.add_error("chosen", "写一下点名发给哪些单位")
        return list(found.values())

    def fields_of(self) -> dict[str, Any]:
        """What the paper keeps of the answers."""
        answers = self.cleaned_data
        kept = {name: answers[name] for name in _KEPT if name in answers}
        for name in ("copies", "earlier"):
            if name in self.fields:
                kept[name] = answers[name] or 0
        return kept


_KEPT = (
    *("kind", "title", "code", "audience", "addressees", "body", "note", "copy_to"),
    *("replaces",),
)


def _written(paper: OfficialPaper) -> dict[str, Any]:
    given: dict[str, Any] = {name: getattr(paper, name) for name in _KEPT}
    named = "、".join(unit.name for unit in paper.chosen.order_by("path"))
    numbers = {"copies": paper.copies or None, "earlier": paper.earlier or None}
    return given | numbers | {"chosen": named}


def _usual(unit: Unit) -> dict[str, Any]:
    """What the unit's last paper said, for a new one."""
    last = OfficialPaper.objects.filter(unit=unit).newest().first()
    if last is None:
        return {"kind": PaperKind.NOTICE, "audience": Audience.ALL}
    return {
        "kind": PaperKind.NOTICE,
        "audience": last.audience,
        "code": last.code,
        "addressees": last.addressees,
        "copy_to": last.copy_to,
    }


class AnnexForm(forms.Form):
    title = forms.CharField(
        label="附件标题",
        max_length=80,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "写一下附件的标题", "max_length": "标题最多 80 个字"},
    )
    body = forms.CharField(
        label="附件内容",
        max_length=LONGEST_BODY,
        help_text=HOW_TO_WRITE,
        widget=forms.Textarea(attrs={"rows": 14}),
        error_messages={"required": "写一下附件的内容", "max_length": "太长了，最多 3 万字"},
    )


class NamesForm(forms.Form):
    """Where a list of names is taken from: one of the three."""

    campaign = forms.ModelChoiceField(
        Campaign.objects.none(),
        label="“五好”命名的单位",
        required=False,
        empty_label="不取",
    )
    edition = forms.ModelChoiceField(
        Edition.objects.none(),
        label="读书活动的获奖名单",
        required=False,
        empty_label="不取",
        help_text="学生的姓名只取姓，和公示的名单一样；文件要长期留存",
    )
    typed = forms.CharField(
        label="自己写，或从表格里粘贴",
        required=False,
        max_length=LONGEST_BODY,
        help_text=(
            "一行一家单位；表扬个人写“姓名，单位全名”。行首写“一、先进单位”就分成几组。"
            "会核对单位名称。不要写学生的姓名"
        ),
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"max_length": "太长了，最多 3 万字，分成几个附件"},
    )
    title = forms.CharField(
        label="附件标题",
        required=False,
        max_length=80,
        help_text="自己写名单时用，例如 先进单位和先进个人名单；不写就叫“名单”",
        error_messages={"max_length": "标题最多 80 个字"},
    )

    def __init__(
        self, *args: Any, campaigns: Any, editions: Any, unit: Unit, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        narrow(self, "campaign", campaigns)
        narrow(self, "edition", editions)

    def clean_typed(self) -> str:
        """The list as it will be printed."""
        text: str = self.cleaned_data["typed"]
        if not text.strip():
            return ""
        units = set(Unit.objects.below(self.unit).values_list("name", flat=True))
        found = named.read_names(text, units=units | {self.unit.name})
        if found.doubts:
            more = f"，一共 {len(found.doubts)} 行" if len(found.doubts) > 5 else ""
            raise forms.ValidationError(
                f"{'；'.join(found.doubts[:5])}{more}。请核对：单位写全名，个人写“姓名，单位全名”，"
                "一行只写一个"
            )
        if not found.body:
            raise forms.ValidationError("小标题下面还没有名字，一行写一个")
        return found.body

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = [name for name in ("campaign", "edition", "typed") if cleaned.get(name)]
        if not self.errors and len(given) != 1:
            self.add_error("campaign", "三处里用一处：选一处来取，或者自己写")
        return cleaned

    def annex(self) -> dict[str, str]:
        """Title, text and origin of the annex; without text the place has no list yet."""
        campaign, edition = self.cleaned_data["campaign"], self.cleaned_data["edition"]
        if campaign:
            title, body = f"{campaign.name}命名名单", named.titles_list(campaign)
        elif edition:
            title, body = f"{edition.name}获奖名单", named.awards_list(edition)
        else:
            title = self.cleaned_data["title"] or "名单"
            return {
                "title": title,
                "body": self.cleaned_data["typed"],
                "source": "粘贴的名单（已核对单位）",
            }
        return {"title": title[:80], "body": body, "source": str(campaign or edition)[:120]}


class ReasonForm(forms.Form):
    note = forms.CharField(
        label="写一句原因",
        max_length=300,
        help_text="对方看得到这句话",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "写一句原因，对方才知道怎么办"},
    )
