"""Questions about levels, single results, publishing, objections and certificates."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from committees.models import Unit
from portal.kernel import calendar
from portal.kernel.forms import narrow
from reading_program.choices import TieAtCut
from reading_program.models import AwardLevel, HonourRules

MOST_LEVELS = 5
WORDS = {"required": "写一句原因", "max_length": "最多 200 个字"}


class ReasonForm(forms.Form):
    """One sentence why."""

    reason = forms.CharField(
        label="为什么？", max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=WORDS,
    )  # fmt: skip


class LevelsForm(forms.Form):
    """Up to five levels, highest first; each by per cent or by number."""

    def __init__(self, *args: Any, levels: Sequence[AwardLevel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for at in range(1, MOST_LEVELS + 1):
            stands = levels[at - 1] if at <= len(levels) else None
            self.fields[f"name_{at}"] = forms.CharField(
                label=f"第 {at} 等叫什么？", max_length=10, required=at == 1,
                initial=stands.name if stands else "",
                error_messages={"required": "至少写一等", "max_length": "最多 10 个字"},
            )  # fmt: skip
            self.fields[f"amount_{at}"] = forms.CharField(
                label="取多少？", max_length=8, required=False,
                help_text="写 10% 是按比例，写 3 是按个数" if at == 1 else "",
                initial=_amount(stands),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.rows: list[tuple[str, Decimal | None, int | None]] = []
        ended = False
        for at in range(1, MOST_LEVELS + 1):
            name = data.get(f"name_{at}", "").strip()
            if not name:
                ended = True
                continue
            if ended:
                raise ValidationError("中间空了一等，请从第 1 等起挨着写")
            try:
                self.rows.append((name, *_read_amount(data.get(f"amount_{at}", ""))))
            except ValueError:
                self.add_error(f"amount_{at}", "写 10% 这样的比例，或者 3 这样的个数")
        return data


def _amount(level: AwardLevel | None) -> str:
    if level is None:
        return ""
    if level.percent is not None:
        return f"{level.percent.normalize():f}%"
    return str(level.places)


def _read_amount(text: str) -> tuple[Decimal | None, int | None]:
    found = re.fullmatch(r"(\d{1,3}(?:\.\d{1,2})?)\s*([%％])|(\d{1,5})\s*个?", text.strip())
    if found is None:
        raise ValueError(text)
    if found[2]:
        percent = Decimal(found[1])
        if percent > 100:
            raise ValueError(text)
        return percent, None
    return None, int(found[3])


class TiesForm(forms.Form):
    ties = forms.ChoiceField(choices=TieAtCut.choices)


class AdjustForm(ReasonForm):
    level = forms.ModelChoiceField(
        label="改成什么等次？", queryset=AwardLevel.objects.none(), required=False,
        empty_label="不授奖", widget=forms.RadioSelect,
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    field_order = ["level", "reason", "version"]

    def __init__(self, *args: Any, levels: Sequence[AwardLevel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = AwardLevel.objects.filter(pk__in=[each.pk for each in levels])
        narrow(self, "level", known.order_by("position"))


class LateForm(AdjustForm):
    """An award given while the list is public: never none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        level = self.fields["level"]
        assert isinstance(level, forms.ModelChoiceField)  # noqa: S101
        level.label, level.required, level.empty_label = "补授什么等次？", True, None
        level.error_messages["required"] = "选一个等次"
        del self.fields["version"]


class HonourRulesForm(forms.Form):
    adviser_levels = forms.TypedChoiceField(
        label="哪些作品的指导老师得指导奖？",
        coerce=int,
        choices=[(0, "不设指导奖"), (1, "一等奖"), (2, "一、二等奖"), (99, "获奖的都有")],
        error_messages={"required": "选一项"},
    )
    organisations = forms.IntegerField(
        label="组织奖给几个学校？", min_value=0, max_value=500,
        help_text="按下面的积分从高到低取；最后一名积分相同的都不取",
        error_messages={"required": "写个数，不设就写 0", "invalid": "写一个数"},
    )  # fmt: skip
    points = forms.CharField(
        label="各等奖积几分？", max_length=40, help_text="从一等奖起，用顿号分开，例如 5、3、2、1",
        error_messages={"required": "写上各等奖的积分"},
    )  # fmt: skip

    @staticmethod
    def initial_of(rules: HonourRules) -> dict[str, Any]:
        return {
            "adviser_levels": rules.adviser_levels,
            "organisations": rules.organisations,
            "points": "、".join(map(str, rules.points)),
        }

    def clean_points(self) -> list[int]:
        parts = [part for part in re.split(r"[、，,\s]+", self.cleaned_data["points"]) if part]
        if (
            not parts
            or len(parts) > MOST_LEVELS
            or not all(re.fullmatch(r"\d{1,3}", p) for p in parts)
        ):
            raise ValidationError("写成 5、3、2、1 这样，最多 5 个数")
        return [int(part) for part in parts]


class PublishForm(forms.Form):
    starts_on = forms.DateField(
        label="从哪天起公示？", widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "写上日期", "invalid": "日期写成 2026-06-01 这样"},
    )  # fmt: skip
    working_days = forms.IntegerField(
        label="公示几个工作日？", min_value=1, max_value=30, initial=5,
        help_text="节假日和调休按本市的工作日历算",
        error_messages={"required": "写上几天", "min_value": "至少 1 天", "max_value": "最多 30"},
    )  # fmt: skip

    def clean_starts_on(self) -> Any:
        day = self.cleaned_data["starts_on"]
        if day < calendar.today():
            raise ValidationError("公示不能从以前的日子算起，请写今天或以后")
        return day


class ObjectionForm(forms.Form):
    """Signed: who, of which unit, reachable how, about which row, with what facts."""

    ref = forms.ChoiceField(
        label="对哪一项有异议？",
        error_messages={"required": "选一项", "invalid_choice": "从名单里选"},
    )
    facts = forms.CharField(
        label="事实和依据", max_length=2000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="写清楚什么问题、凭什么知道",
        error_messages={"required": "写清楚事实和依据", "max_length": "最多 2000 个字"},
    )  # fmt: skip
    name = forms.CharField(
        label="您的姓名", max_length=20, help_text="实名才受理，只有市教育局关工委看得到",
        error_messages={"required": "写上真实姓名", "max_length": "最多 20 个字"},
    )  # fmt: skip
    organisation = forms.CharField(
        label="您的单位或住址", max_length=60,
        error_messages={"required": "写上单位，没有单位就写住址", "max_length": "最多 60 个字"},
    )  # fmt: skip
    phone = forms.CharField(
        label="联系电话", max_length=20, help_text="核实情况时用，不对外公开",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        error_messages={"required": "写上电话", "max_length": "电话最多 20 位"},
    )  # fmt: skip

    def __init__(self, *args: Any, rows: Sequence[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ref = self.fields["ref"]
        assert isinstance(ref, forms.ChoiceField)  # noqa: S101
        ref.choices = [("", "从名单里选"), *((row["ref"], _row_words(row)) for row in rows)]

    def clean_phone(self) -> str:
        typed: str = re.sub(r"[\s-]", "", self.cleaned_data["phone"])
        if not re.fullmatch(r"\+?\d{7,15}", typed):
            raise ValidationError("电话写数字，例如 0574 87654321")
        return typed

    def who(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("name", "organisation", "phone")}


def _row_words(row: dict[str, Any]) -> str:
    title = f"《{row['title']}》" if row["title"] else ""
    return f"{row['section']} {row['level']} {row['name']} {row['school']}{title}"


class HandleForm(forms.Form):
    upheld = forms.ChoiceField(
        label="核实下来怎么样？",
        choices=[("revoke", "属实，撤销这个奖"), ("keep", "属实，不影响获奖"), ("no", "不成立")],
        widget=forms.RadioSelect,
        error_messages={"required": "选一项"},
    )
    outcome = forms.CharField(
        label="怎么核实的，结论是什么？", max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "写上核实的经过和结论", "max_length": "最多 1000 个字"},
    )  # fmt: skip


class MakeForm(forms.Form):
    dated = forms.DateField(
        label="落款写哪一天？", widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "写上日期", "invalid": "日期写成 2026-07-01 这样"},
    )  # fmt: skip
    form = forms.ChoiceField(
        label="怎么打印？",
        choices=[("pdf", "一个 PDF，交给打印店"), ("zip", "每份一个 PDF，打成压缩包")],
        initial="pdf",
        widget=forms.RadioSelect,
        error_messages={"required": "选一项"},
    )


class CertificateFilter(forms.Form):
    unit = forms.ModelChoiceField(
        label="学校", queryset=Unit.objects.none(), required=False, empty_label="全部学校"
    )
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), ("valid", "有效"), ("void", "已作废")]
    )


class VoidForm(ReasonForm):
    again = forms.BooleanField(
        label="按现在的姓名和奖项重新办一份", required=False, initial=True,
        help_text="新证书用新的编号，扫原来的码会看到已作废",
    )  # fmt: skip


class CheckForm(forms.Form):
    token = forms.CharField(
        label="查验码", max_length=20, help_text="印在证书左下角二维码旁边，10 位数字和字母",
        error_messages={"required": "照证书输入查验码", "max_length": "查验码是 10 位，再数一数"},
    )  # fmt: skip

    def clean_token(self) -> str:
        return re.sub(r"[\s-]", "", self.cleaned_data["token"]).upper()


class RecommendForm(forms.Form):
    words = forms.CharField(
        label="推荐意见", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写进给上级的推荐表，例如：主题鲜明，语言生动，同意推荐",
        error_messages={"required": "写一句推荐意见", "max_length": "最多 300 个字"},
    )  # fmt: skip
