"""What one track asks of an entry: the questions follow from the track's rules."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from reading_program.choices import FileRole, Nominee, TrackKind
from reading_program.models import Entry, Track
from reading_program.rules import FORMATS

NAMES = re.compile(r"[、，,；;\s]+")
NOMINEE_LABELS = {
    Nominee.WORK: "学生姓名",
    Nominee.PUPIL: "学生姓名",
    Nominee.CLASS: "班级全称",
    Nominee.PROPOSAL: "第一主创人姓名",
    Nominee.UNIT_OR_PERSON: "单位或个人名称",
}
GRADES = [(n, f"{'一二三四五六七八九'[n - 1]}年级") for n in range(1, 10)]
GRADES += [(n, f"高{'一二三'[n - 10]}") for n in range(10, 13)]
OF_CHILDREN = {Nominee.WORK, Nominee.PUPIL, Nominee.CLASS}
PLAIN = ["title", "nominee_name", "class_name", "born", "body", "video_url", "video_sha256"]


def line(label: str, most: int, *, needed: str = "", **more: Any) -> forms.CharField:
    messages = {"required": needed, "max_length": f"最多 {most} 个字"}
    return forms.CharField(
        label=label, max_length=most, required=bool(needed), error_messages=messages, **more
    )


class EntryForm(forms.Form):
    """A draft may be unfinished: only the name is needed to keep it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, track: Track, entry: Entry | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.track, self.limit = track, track.limit
        self._ask_who()
        self._ask_what()
        self._ask_own()
        self._ask_promises()
        if entry is not None:
            self.initial.update(_stands(entry))
        self.initial.setdefault("version", 0)

    def _ask_who(self) -> None:
        nominee = Nominee(self.track.nominee)
        label = NOMINEE_LABELS[nominee]
        self.fields["nominee_name"] = line(label, 40, needed=f"写上{label}")
        if nominee in OF_CHILDREN:
            self.fields["group"] = forms.ModelChoiceField(
                self.track.edition.groups.all(),
                label="组别",
                empty_label="选一个组别",
                error_messages={"required": "选一个组别", "invalid_choice": "从列出的组别里选"},
            )
            self.fields["grade"] = forms.TypedChoiceField(
                label="年级",
                choices=[("", "选年级"), *GRADES],
                coerce=int,
                empty_value=None,
                error_messages={"required": "选一个年级", "invalid_choice": "从列出的年级里选"},
            )
            if nominee != Nominee.CLASS:
                self.fields["class_name"] = line("班级", 20, help_text="例如：2班")
            if self.track.edition.groups.filter(asks_birth_month=True).exists():
                self.fields["born"] = line("出生年月", 7, help_text="例如：2012-05，组别要求时才写")
        if self.limit.most_members:
            self.fields["members"] = line(
                "其他作者",
                200,
                help_text=f"最多 {self.limit.most_members} 人，姓名之间用顿号分开",
            )
        if self.limit.most_advisers:
            self.fields["advisers"] = line(
                "指导老师", 60, help_text=f"最多 {self.limit.most_advisers} 人，没有就空着"
            )

    def _ask_what(self) -> None:
        is_film = self.track.kind == TrackKind.RECITATION
        if self.track.nominee in {Nominee.WORK, Nominee.PROPOSAL}:
            self.fields["title"] = line("题目", 60, help_text="不用写书名号")
        if is_film:
            self.fields["video_url"] = forms.URLField(
                assume_scheme="https",
                label="视频网址",
                required=False,
                max_length=300,
                help_text="视频大的放在校内或网盘，这里写网址",
                error_messages={"invalid": "网址要写全，例如 https://pan.example.cn/abc"},
            )
            self.fields["video_sha256"] = line(
                "视频校验码（SHA-256）", 64, help_text="64 位，证明评的就是这一段，没有换过"
            )
        limits = self._limit_words()
        self.fields["body"] = forms.CharField(
            label="朗诵稿" if is_film else "正文",
            required=False,
            max_length=30_000,
            widget=forms.Textarea(attrs={"rows": 10}),
            help_text=f"{limits}字数按 Word 的算法：汉字和标点各算 1 个，外文一个词算 1 个",
            error_messages={"max_length": "太长了，最多 30000 个字符"},
        )
        words = "、".join(FORMATS[each] for each in self.limit.formats) or FORMATS["pdf"]
        self.fields["upload"] = forms.FileField(
            label="作品文件",
            required=False,
            help_text=f"{words}，{self.limit.max_mb} MB 以内。{self.limit.format_note}",
            widget=forms.FileInput(),
            error_messages={"empty": "这个文件是空的，请重新选一个"},
        )

    def _limit_words(self) -> str:
        least, most = self.limit.min_characters, self.limit.max_characters
        if least and most:
            return f"{least}—{most} 字。"
        return f"至少 {least} 字。" if least else (f"最多 {most} 字。" if most else "")

    def _ask_own(self) -> None:
        for own in self.limit.fields:
            widget = forms.Textarea(attrs={"rows": 4}) if own.most > 60 else forms.TextInput()
            self.fields[f"own_{own.name}"] = line(own.label, own.most, widget=widget)

    def _ask_promises(self) -> None:
        self.fields["pledge"] = forms.BooleanField(
            label="作品是本人原创，没有抄袭，没有大人代笔", required=False
        )
        if self.limit.needs_consent:
            self.fields["consent"] = forms.BooleanField(
                label="学校已取得监护人书面同意", required=False
            )
            self.fields["consent_scan"] = forms.FileField(
                label="监护人同意书（PDF，可以不传）", required=False, widget=forms.FileInput()
            )

    def clean_born(self) -> str:
        written: str = self.cleaned_data["born"]
        if written and not re.fullmatch(r"(19|20)\d\d-(0[1-9]|1[0-2])", written):
            raise ValidationError("写成 2012-05 这样")
        return written

    def clean_video_sha256(self) -> str:
        written: str = self.cleaned_data["video_sha256"].lower()
        if written and not re.fullmatch(r"[0-9a-f]{64}", written):
            raise ValidationError("校验码是 64 位的数字和字母，请用校验工具算出来再贴上")
        return written

    def clean_members(self) -> list[str]:
        names = [name for name in NAMES.split(self.cleaned_data["members"]) if name]
        if len(names) > self.limit.most_members:
            raise ValidationError(f"最多再写 {self.limit.most_members} 人")
        return names

    def clean_advisers(self) -> list[str]:
        names = [name for name in NAMES.split(self.cleaned_data["advisers"]) if name]
        if len(names) > self.limit.most_advisers:
            raise ValidationError(f"指导老师最多 {self.limit.most_advisers} 人")
        return names

    def taken(self) -> dict[str, Any]:
        """What reading_program.services.entries.save_entry takes."""
        data = self.cleaned_data
        facts = {name: data[name] for name in PLAIN if name in data}
        facts |= {name: data[name] for name in ("group", "grade") if name in data}
        facts |= {"pledge": data["pledge"], "consent": data.get("consent", False)}
        facts |= {"members": data.get("members", [])}
        facts["extra"] = {own.name: data[f"own_{own.name}"] for own in self.limit.fields}
        sent = [(FileRole.WORK, data.get("upload")), (FileRole.CONSENT, data.get("consent_scan"))]
        return {
            "facts": facts,
            "advisers": data.get("advisers", []),
            "uploads": [(role, upload) for role, upload in sent if upload],
            "version": data["version"],
        }


def _stands(entry: Entry) -> dict[str, Any]:
    names = [*PLAIN, "group", "grade", "pledge", "consent", "version"]
    stands = {name: getattr(entry, name) for name in names}
    stands["members"] = "、".join(entry.members)
    stands["advisers"] = "、".join(each.name for each in entry.advisers.all())
    return stands | {f"own_{name}": value for name, value in (entry.extra or {}).items()}
