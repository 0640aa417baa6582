"""Questions about a unit, and the filter of their list."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from committees.choices import SchoolStage, UnitKind
from committees.forms.dates import ChangeDayField
from committees.models import Unit
from portal.kernel import cells
from portal.kernel.forms import CountField, narrow

COVERED = [("", "全部"), ("yes", "有关工委"), ("no", "没有关工委"), ("closed", "已撤销的单位")]
STAGES = [("", "全部"), *SchoolStage.choices, (UnitKind.KINDERGARTEN.value, "幼儿园")]
PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class UnitFilterForm(forms.Form):
    q = forms.CharField(label="单位名称或代码", required=False, max_length=80)
    stage = forms.ChoiceField(label="学段", required=False, choices=STAGES)
    covered = forms.ChoiceField(label="关工委", required=False, choices=COVERED)
    office = forms.ModelChoiceField(
        Unit.objects.none(), label="教办", required=False, empty_label="全部"
    )

    def __init__(self, *args: Any, offices: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "office", offices)


class CoverageFilterForm(forms.Form):
    """Which institutions of a day; `offices` are those of that day, as (pk, label)."""

    on = forms.CharField(
        label="看哪一天的情况",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"placeholder": "2023-03-01", "autocomplete": "off"}),
    )
    office = forms.ChoiceField(label="当天的教办", required=False)
    covered = forms.ChoiceField(label="关工委", required=False, choices=COVERED[:3])
    stage = forms.ChoiceField(
        label="学段", required=False, choices=[*STAGES, (UnitKind.SCHOOL.value, "学校（各学段）")]
    )

    def __init__(self, *args: Any, offices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["office"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", "全部"), *offices]


class UnitForm(forms.Form):
    """The facts of one unit; opening a new one asks two more questions."""

    name = forms.CharField(
        label="单位名称",
        max_length=80,
        help_text="写全称，本市不能有两家同名",
        widget=forms.TextInput(attrs=PLAIN),
        error_messages={"required": "写上单位名称", "max_length": "单位名称最多 80 个字"},
    )
    stage = forms.ChoiceField(
        label="学段", required=False, choices=[("", "不分学段"), *SchoolStage.choices]
    )
    code = forms.CharField(
        label="单位代码",
        max_length=20,
        required=False,
        help_text="登录名从这里来，建议填上",
        widget=forms.TextInput(attrs={"inputmode": "numeric", **PLAIN}),
        error_messages={"max_length": "单位代码最多 20 位"},
    )
    party_org = forms.CharField(label="党组织名称", max_length=120, required=False)
    party_secretary = forms.CharField(label="党组织书记", max_length=60, required=False)
    party_phone = forms.CharField(
        label="党组织联系电话",
        max_length=30,
        required=False,
        help_text="平时只露出一部分，查看整个号码会留记录",
    )
    phone = forms.CharField(label="联系电话", max_length=30, required=False)
    is_central = forms.BooleanField(label="镇（街道）中心幼儿园", required=False)

    def __init__(self, *args: Any, city: Unit, unit: Unit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.city, self.unit = city, unit
        if unit is not None:
            self.initial.update({name: getattr(unit, name) for name in self.fields})
            self.initial["party_phone"] = ""
            self.fields["party_phone"].help_text = "不改就空着；换了号码写新的，没有了写“无”"
            if unit.kind != UnitKind.SCHOOL:
                del self.fields["stage"]
            if unit.kind != UnitKind.KINDERGARTEN:
                del self.fields["is_central"]

    def clean_name(self) -> str:
        name = cells.text(self.cleaned_data["name"])
        if self._others().filter(name=name).exists():
            raise forms.ValidationError("本市已经有同名的单位，核对一下是不是已经登记过")
        return name

    def clean_code(self) -> str:
        code = cells.text(self.cleaned_data["code"])
        if code and self._others().filter(code=code).exists():
            raise forms.ValidationError("这个单位代码已经有单位用了，核对一下")
        return code

    def clean_party_phone(self) -> str:
        """An empty answer keeps the number there is: the page does not show it whole."""
        typed = self.cleaned_data["party_phone"]
        if not typed and self.unit is not None:
            return self.unit.party_phone
        read = cells.phone(typed)
        if read.value is None and read.warning:
            raise forms.ValidationError(read.warning.rstrip("。"))
        return read.value or ""

    def _others(self) -> QuerySet[Unit]:
        others: QuerySet[Unit] = Unit.objects.filter(city=self.city)
        return others.exclude(pk=self.unit.pk) if self.unit else others


class NewUnitForm(UnitForm):
    kind = forms.ChoiceField(
        label="这是什么单位？",
        choices=[(kind.value, kind.label) for kind in UnitKind if kind != UnitKind.BUREAU],
        widget=forms.RadioSelect,
        error_messages={"required": "选一下这是什么单位", "invalid_choice": "从上面选一个"},
    )
    parent = forms.ModelChoiceField(
        Unit.objects.none(),
        label="主管单位",
        empty_label="请选择",
        help_text="教办和市直属学校的主管单位是市教育局",
        error_messages={"required": "选一下由谁主管", "invalid_choice": "从列表里选一个主管单位"},
    )
    opened_on = ChangeDayField(
        label="哪天开办的？",
        missing="",
        required=False,
        help_text="以前一直就有的，可以不填",
    )
    field_order = ["kind", "parent", "name", "stage", "code", "party_org"]

    def __init__(self, *args: Any, parents: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "parent", parents)

    def clean(self) -> dict[str, Any]:
        kind, parent = self.cleaned_data.get("kind"), self.cleaned_data.get("parent")
        if kind == UnitKind.OFFICE and parent and parent.kind != UnitKind.BUREAU:
            self.add_error("parent", "教办的主管单位只能是市教育局")
        if kind == UnitKind.SCHOOL and not self.cleaned_data.get("stage"):
            self.add_error("stage", "选一下学校的学段")
        if kind != UnitKind.SCHOOL:
            self.cleaned_data["stage"] = ""
        if kind != UnitKind.KINDERGARTEN:
            self.cleaned_data["is_central"] = False
        return self.cleaned_data


class UnitYearForm(forms.Form):
    """Pupils, classes and staff of one school year."""

    year = forms.TypedChoiceField(label="哪个学年？", coerce=int, widget=forms.RadioSelect)
    students = CountField(
        label="在校（在园）人数",
        help_text="这个学年在册的学生（幼儿），不算毕业了的",
        missing="填一下人数",
    )
    classes = CountField(
        label="班级数", help_text="各年级加在一起", missing="", required=False, max_value=500
    )
    staff = CountField(
        label="教职工数",
        help_text="在编和聘用的都算，不算退休的",
        missing="",
        required=False,
        max_value=5000,
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["year"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101
        field.choices = [(year, f"{year}—{year + 1}学年") for year in years]


class ThresholdForm(forms.Form):
    children = CountField(
        label="在园幼儿满多少人，就该单独建关工委？",
        missing="填一个人数",
        min_value=1,
        max_value=5000,
        help_text="达到这个人数、自己还没有关工委的幼儿园，会列在组织覆盖率下面",
    )
