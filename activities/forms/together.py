"""Questions about studios, partners and their agreements, and about who held an activity too."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from activities.choices import PartnerKind
from activities.models import Partner, Studio
from committees.forms.dates import ChangeDayField
from committees.models import Person, Unit
from portal.kernel import cells
from portal.kernel.forms import CountField, DayField, DayInput, narrow

SHORT = {"autocomplete": "off", "spellcheck": "false"}
FILE_HINT = "PDF、Word（.docx）或 Excel（.xlsx）文件，没有也行"


class AnyDayField(DayField):
    """A day in one line, past or to come."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"future": True, "widget": DayInput, "missing": "", **kwargs})


class UnitField(forms.ModelChoiceField):
    """Which unit, for somebody who looks after several."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Unit.objects.none(), **{"empty_label": None, **kwargs})


# --- partners -----------------------------------------------------------------------------------


class PartnerFilter(forms.Form):
    q = forms.CharField(label="名称", required=False, max_length=60)
    kind = forms.ChoiceField(
        label="类别", required=False, choices=[("", "全部"), *PartnerKind.choices]
    )
    part = forms.ChoiceField(
        label="协议", required=False,
        choices=[("", "全部"), ("current", "协议有效的"), ("expiring", "60 天内到期的"),
                 ("none", "没有有效协议的"), ("ended", "已经停止合作的")],
    )  # fmt: skip


class PartnerForm(forms.Form):
    """Two questions must be answered; a number is replaced here, never read."""

    name = forms.CharField(
        label="名称", max_length=80, widget=forms.TextInput(attrs=SHORT),
        error_messages={"required": "写上名称，例如云山社区", "max_length": "名称最多 80 个字"},
    )  # fmt: skip
    kind = forms.ChoiceField(
        label="类别", choices=PartnerKind.choices, widget=forms.RadioSelect,
        error_messages={"required": "选一个类别"},
    )  # fmt: skip
    place = forms.CharField(label="地址", max_length=80, required=False)
    offers = forms.CharField(
        label="能提供什么", max_length=200, required=False,
        help_text="别的学校也看得到，例如：可容 80 人的礼堂，讲解员 2 名",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    contact = forms.CharField(label="联系人", max_length=60, required=False)
    phone = forms.CharField(
        label="电话", max_length=30, required=False,
        help_text="列表里只显示头三位和后四位，查看整个号码会留下记录",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, partner: Partner | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if partner is not None:
            self.initial.update({name: getattr(partner, name) for name in self.fields})
            self.initial["phone"] = ""
            self.fields["phone"].help_text = "不改就空着。换了号码，在这里写新的"
        self.partner = partner

    def clean_phone(self) -> str:
        read = cells.phone(self.cleaned_data["phone"])
        if read.value is None and read.warning:
            raise ValidationError(read.warning)
        return read.value or ""

    def facts(self) -> dict[str, Any]:
        """What the services take: an empty number leaves the one that stands."""
        facts = dict(self.cleaned_data)
        if self.partner is not None and not facts["phone"]:
            del facts["phone"]
        return facts


class AgreementForm(forms.Form):
    first = AnyDayField(label="从哪天起", missing="写上协议从哪天起")
    last = AnyDayField(label="到哪天止", missing="写上协议到哪天止", help_text="这一天也算在内")
    summary = forms.CharField(
        label="约定了什么", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    document = forms.FileField(label="协议文件", required=False, help_text=FILE_HINT)


# --- studios ------------------------------------------------------------------------------------


class StudioFilter(forms.Form):
    q = forms.CharField(label="名称、单位或领衔人", required=False, max_length=60)
    office = forms.ModelChoiceField(
        Unit.objects.none(), label="教办", required=False, empty_label="全部"
    )
    part = forms.ChoiceField(
        label="情况", required=False,
        choices=[("", "正常活动的"), ("short", "六有还没有齐的"), ("closed", "已经停办的")],
    )  # fmt: skip

    def __init__(self, *args: Any, offices: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "office", offices)


class StudioForm(forms.Form):
    """One required question; the rest is what the 六有 look at."""

    name = forms.CharField(
        label="名称", max_length=60, widget=forms.TextInput(attrs=SHORT),
        error_messages={"required": "写上名称，例如“老园丁”书法工作室",
                        "max_length": "名称最多 60 个字"},
    )  # fmt: skip
    leader = forms.ModelChoiceField(
        Person.objects.none(), label="领衔人", required=False, empty_label="以后再定",
        help_text="从本单位和上级单位的名册里选，没有的话先到名册登记",
    )  # fmt: skip
    room = forms.CharField(
        label="场所", max_length=80, required=False, help_text="例如：综合楼 203 室"
    )
    founded_on = AnyDayField(label="成立日期", required=False)
    plaque_on = AnyDayField(label="授牌日期", required=False)
    co_sponsor = forms.ModelChoiceField(
        Partner.objects.none(), label="协办单位", required=False, empty_label="没有",
        help_text="例如退教协会，从合作伙伴里选",
    )  # fmt: skip
    rules = forms.CharField(
        label="制度", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="一行写一条，例如：每月第一个星期三活动",
    )  # fmt: skip
    is_joint = forms.BooleanField(label="片区联建（几所学校合办）", required=False)

    def __init__(self, *args: Any, unit: Unit, studio: Studio | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        near = [unit.pk, unit.office_id, unit.city_id]
        leaders = Person.objects.filter(unit__in=[pk for pk in near if pk])
        if studio is not None and studio.leader_id:
            leaders |= Person.objects.filter(pk=studio.leader_id)
        narrow(self, "leader", leaders.order_by("-unit__path", "name"))
        sponsors = Partner.objects.filter(unit__city=unit.city).open()
        narrow(self, "co_sponsor", sponsors.order_by("kind", "name"))
        if studio is not None:
            self.initial.update({name: getattr(studio, name) for name in self.fields})


class StudioPlanForm(forms.Form):
    text = forms.CharField(
        label="计划", required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="一行写一件事，例如：3月，清明祭英烈",
    )  # fmt: skip
    file = forms.FileField(label="计划文件", required=False, help_text=FILE_HINT)

    def __init__(self, *args: Any, has_file: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_file = has_file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        said = cleaned.get("text", "").strip() or cleaned.get("file") or self.has_file
        if not said and not self.errors:
            raise ValidationError("写几句计划，或者上传一份计划文件")
        return cleaned


class StudioRulesForm(forms.Form):
    least_members = CountField(
        label="至少几名成员",
        help_text="不到这个数，“六有”里会写还差几名",
        missing="写上人数，例如 3",
        min_value=1,
        max_value=99,
    )
    least_activities = CountField(
        label="一年至少几次活动",
        help_text="不到这个数，“六有”里会写还差几次",
        missing="写上次数，例如 4",
        min_value=1,
        max_value=99,
    )


class JoinForm(forms.Form):
    on = ChangeDayField(label="从哪天起", missing="", required=False, help_text="记不清就空着")


class DayForm(forms.Form):
    """The day from which something is over."""

    on = ChangeDayField(label="从哪天起", missing="写上从哪天起")

    def day(self) -> date:
        day: date = self.cleaned_data["on"]
        return day


class SearchForm(forms.Form):
    q = forms.CharField(label="姓名或单位", required=False, max_length=60)
