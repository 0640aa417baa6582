"""What is asked while a bulletin is made."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from activities.choices import FileRole
from activities.models import Activity, ActivityFile
from committees.models import User
from committees.notices import holders
from committees.policy import Can
from evaluations.choices import Cadence
from evaluations.models import BulletinArticle, BulletinSeries
from evaluations.services.articles import WORDS, made_from
from portal.kernel.calendar import Period
from portal.kernel.forms import CountField, narrow


class SeriesForm(forms.ModelForm[BulletinSeries]):
    """How a series is called, who reads it, when it opens; three of nine must be answered."""

    copies = CountField(
        label="共印多少份", missing="", required=False, help_text="不印在纸上就不填"
    )
    earlier_issues = CountField(
        label="以前已经印过几期",
        missing="",
        required=False,
        help_text="总期号从它后面接着排；第一次办的不用填",
    )
    editors = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label="由谁来编",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="到期开编、退回修改时通知他们，待办里也有；一个也不勾，开编时本单位能编的都收到",
        error_messages={
            "invalid_choice": "有一位现在不能编简报了，刷新页面再勾",
            "invalid_pk_value": "有一位认不出来，刷新页面再勾",
        },
    )
    opens_day = CountField(
        label="一期结束后第几天自动开编",
        missing="",
        required=False,
        min_value=1,
        max_value=28,
        help_text="写 1，就是期满第二天：推荐的稿子先放进去，编辑会收到通知。空着就由编辑自己开",
    )

    class Meta:
        model = BulletinSeries
        fields = [
            "name", "publisher", "cadence", "report_to", "send_to", "issue_to", "copies",
            "earlier_issues", "editors", "opens_day",
        ]  # fmt: skip
        widgets = {"cadence": forms.RadioSelect}
        help_texts = {
            "name": "印在报头上的红字，例如 教育关工简报",
            "publisher": "例如 市教育局关工委办公室",
            "report_to": "报给哪些上级，用顿号隔开",
            "send_to": "送给哪些同级单位",
            "issue_to": "发给哪些下级单位",
        }
        error_messages = {
            "name": {"required": "写一下简报叫什么名字"},
            "publisher": {"required": "写一下由谁编印"},
            "cadence": {"required": "选一下多久印一期"},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "editors", holders(self.instance.unit_id, Can.BULLETIN_EDIT).order_by("pk"))
        cadence = self.fields["cadence"]
        assert isinstance(cadence, forms.ChoiceField)  # noqa: S101
        cadence.choices = Cadence.choices
        if self.instance.issues.exists() if self.instance.pk else False:
            # A printed total cannot be recounted from another beginning.
            del self.fields["earlier_issues"], self.fields["cadence"]

    def clean_name(self) -> str:
        """The unit is not asked for, so the constraint on unit and name is asked here."""
        name: str = self.cleaned_data["name"]
        same = BulletinSeries.objects.filter(unit=self.instance.unit_id, name=name)
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("这个单位已经有同名的简报")
        return name

    def clean_copies(self) -> int:
        return self.cleaned_data["copies"] or 0

    def clean_earlier_issues(self) -> int:
        return self.cleaned_data["earlier_issues"] or 0


class NewIssueForm(forms.Form):
    """Which period: the ones that have begun and have no issue yet, newest first."""

    period = forms.ChoiceField(
        label="编哪一期？",
        help_text="选这一期写哪一段时间的事，期号在签发时给",
        widget=forms.RadioSelect,
        error_messages={"required": "选一下编哪一期", "invalid_choice": "从下面选一期"},
    )

    def __init__(self, *args: Any, periods: list[Period], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["period"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [(period.code, period.label) for period in periods]


class SupplementForm(forms.Form):
    topic = forms.CharField(
        label="这期增刊专讲什么？",
        max_length=40,
        help_text="例如 暑期安全专刊。增刊另排期号，不占总期号",
        error_messages={"required": "写一下专讲什么", "max_length": "主题最多 40 个字"},
    )


class PrintedField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.issue.number_label}《{obj.title}》"


class CorrectionForm(forms.Form):
    """Which printed article, what it said, what it should say."""

    article = PrintedField(
        BulletinArticle.objects.none(),
        label="更正哪一篇？",
        empty_label="选一篇",
        error_messages={"required": "选一篇", "invalid_choice": "从下面选一篇已经印发的"},
    )
    said = forms.CharField(
        label="原来怎么印的",
        max_length=200,
        help_text="照印出来的抄一句，几个字也行",
        error_messages={"required": "抄一下原来印错的话", "max_length": "抄短一些，最多 200 个字"},
    )
    right = forms.CharField(
        label="应当是",
        max_length=200,
        error_messages={"required": "写一下应当是什么", "max_length": "写短一些，最多 200 个字"},
    )

    def __init__(self, *args: Any, printed: QuerySet[BulletinArticle], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "article", printed)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        article, said = given.get("article"), given.get("said", "").strip()
        if article is not None and said:
            printed = "".join((article.title, article.comment, article.body)).split()
            if "".join(said.split()) not in "".join(printed):
                self.add_error("said", "那一篇里找不到这句话，照印出来的字抄一遍")
        return given


class GatherForm(forms.Form):
    """The records ticked on one page of candidates."""

    record = forms.ModelMultipleChoiceField(
        Activity.objects.none(),
        error_messages={
            "required": "先在前面的方框里勾几条记录",
            "invalid_choice": "有一条记录刚刚被作废或改了日期，刷新页面再选一次",
            "invalid_pk_value": "有一条记录认不出来，刷新页面再选一次",
        },
    )

    def __init__(self, *args: Any, usable: QuerySet[Activity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow(self, "record", usable)


class GatherFilter(forms.Form):
    """All optional, all in the address."""

    q = forms.CharField(label="主题或单位", required=False, max_length=60)
    only = forms.ChoiceField(
        label="哪些记录",
        choices=[("", "全部已通过的"), ("told", "单位推荐的"), ("photo", "有照片的")],
        required=False,
    )


class ArticleForm(forms.Form):
    """Title, text, who sent it in, and which of the record's photos go along."""

    title = forms.CharField(
        label="标题",
        max_length=120,
        help_text="长标题可以自己换行，印出来就在那里断开",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "写一下标题", "max_length": "标题最多 120 个字，短一些好读"},
    )
    body = forms.CharField(
        label="正文",
        max_length=30_000,
        help_text="一行一段。行首写“一、”“（一）”就是小标题；单独一行写〔图1〕，第一张照片就排在那里",
        widget=forms.Textarea(attrs={"rows": 16}),
        error_messages={"required": "写一下正文", "max_length": "正文太长了，最多 3 万字"},
    )
    comment = forms.CharField(
        label="按语",
        required=False,
        max_length=500,
        help_text="编者的话，印在这一篇前面，用楷体；不需要就空着",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "按语最多 500 个字，短一些好读"},
    )
    contributor = forms.CharField(label="供稿单位", max_length=80, required=False)
    photos = forms.ModelMultipleChoiceField(
        ActivityFile.objects.none(), label="用哪几张照片", required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, article: BulletinArticle | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        records = made_from(article) if article is not None else set()
        if not records:
            del self.fields["photos"]
        else:
            own = ActivityFile.objects.filter(activity__in=records, role=FileRole.PHOTO)
            narrow(self, "photos", own.order_by("pk"))

    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in WORDS}


class VersionForm(forms.Form):
    """Which text the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class WordReturnForm(forms.Form):
    file = forms.FileField(
        label="改好的 Word",
        help_text="从这一期下载、在 WPS 或 Word 里改好的 .docx，最大 20 MB。先给您对照，不会直接改",
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
        error_messages={
            "required": "选一下改好的 Word",
            "empty": "这个文件是空的，请重新选一个",
            "missing": "选一下改好的 Word",
            "invalid": "文件没有传上来，请再选一次",
        },
    )


class NoteForm(forms.Form):
    note = forms.CharField(
        label="编者按",
        required=False,
        max_length=1000,
        help_text="印在报头下面，用楷体；不需要就空着",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class SendBackForm(forms.Form):
    note = forms.CharField(
        label="要改什么？",
        max_length=300,
        help_text="编辑看得到这句话",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "写一句要改什么，编辑才知道怎么改"},
    )
