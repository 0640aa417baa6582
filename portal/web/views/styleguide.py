"""Every component with sample words, to be looked at and measured; it shows no real record."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal.kernel import calendar
from portal.kernel.charts import Chart, Series
from portal.kernel.forms import CountField, DayField, NotedChoices
from portal.web.cards import Card

KINDS = [
    ("report", "听取汇报"),
    ("training", "专题学习培训"),
    ("meeting", "工作推进会"),
    ("lecture", "宣讲讲座"),
    ("reading", "读书活动"),
    ("other", "其他活动"),
]


class SampleForm(forms.Form):
    kind = forms.ChoiceField(
        label="1. 这是什么活动？",
        choices=KINDS,
        widget=NotedChoices,
        error_messages={"required": "选一下这是什么活动"},
    )
    held_on = DayField(label="2. 哪天办的？", missing="选一下是哪天办的")
    title = forms.CharField(
        label="3. 主题",
        help_text="可以点手机键盘上的话筒，说话输入",
        error_messages={"required": "写一下主题"},
    )
    attendance = CountField(
        label="4. 到场多少人？", missing="填写到场人数，数一数签到表上的名字就行"
    )
    minutes = forms.CharField(
        label="5. 说了哪些事？",
        help_text="一两句话就行，例如谁讲了什么、定了几件事",
        widget=forms.Textarea(attrs={"rows": 3, "data_letters": "20"}),
        error_messages={"required": "用一两句话写写说了哪些事"},
    )
    office = forms.ChoiceField(
        label="教办", choices=[("", "全部"), ("1", "东溪教办"), ("2", "石桥教办")], required=False
    )
    tasks = forms.MultipleChoiceField(
        label="计入哪些工作",
        choices=[("a", "健全制度"), ("b", "关爱帮扶"), ("c", "读书育人")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    for_bulletin = forms.BooleanField(label="推荐给简报", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = self.fields["kind"].widget
        assert isinstance(widget, NotedChoices)  # noqa: S101
        widget.notes = {"report": "计入“三个一”", "training": "计入“三个一”"}


class SampleFilter(forms.Form):
    state = forms.ChoiceField(label="状态", choices=[("", "全部"), ("w", "待审核")])
    kind = forms.ChoiceField(label="类型", choices=[("", "全部"), *KINDS])
    q = forms.CharField(label="主题或单位")
    since = forms.CharField(label="从哪天起")


def styleguide(request: HttpRequest) -> HttpResponse:
    today = calendar.today()
    filled = SampleForm(
        initial={"kind": "training", "held_on": today, "title": "关工委第四季度工作推进会",
                 "attendance": 18}
    )  # fmt: skip
    page = {
        "form": SampleForm({"kind": "report"}) if "errors" in request.GET else filled,
        "filter": SampleFilter({"state": "w"}),
        "year": today.year,
        "now": timezone.now(),
        **_samples(timezone.now()),
    }
    return render(request, "portal/styleguide.html", page)


def _samples(now: datetime) -> dict[str, Any]:
    return {
        "applied": [("状态：待审核", "?"), ("教办：石桥教办", "?")],
        "actions": [
            {"url": "?", "label": "打印", "icon": "print"},
            {"url": "?", "label": "记一次活动", "icon": "plus", "primary": True},
        ],
        "tones": [
            ("草稿", "draft"), ("待审核", "waiting"), ("已退回", "returned"), ("已通过", "done"),
            ("已作废", "void"), ("快到期", "soon"), ("已逾期", "late"), ("未到期", "later"),
            ("不适用", "none"),
        ],
        "steps": [
            {"label": "征集", "note": "6月30日止", "state": "done"},
            {"label": "学校推荐", "note": "7月10日止", "state": "done"},
            {"label": "资格审核", "note": "9月8日止", "state": "current"},
            {"label": "评审", "note": "", "state": "later"},
            {"label": "公示", "note": "5 个工作日", "state": "later"},
        ],
        "events": [
            {"at": now, "who": "石桥教办 周敏", "what": "退回", "note": "请补一张能看清会标的照片"},
            {"at": now - timedelta(days=1), "who": "王桂芳", "what": "交给石桥教办审核"},
            {"at": now - timedelta(days=2), "who": "王桂芳", "what": "开始写"},
        ],
        "rows": [
            {"label": "活动类型", "value": "专题学习培训", "change_url": "?"},
            {"label": "日期", "value": "2023年10月17日（星期二）", "change_url": "?"},
            {"label": "到场人数", "value": "18 人", "change_url": "?"},
            {"label": "地点、主持人等", "value": "", "change_url": "?"},
        ],
        "names": ["云山镇中心小学", "石桥初中", "青岭镇中心幼儿园", "柳塘小学", "南湾中学"],
        "next_steps": ["石桥教办一般 3 个工作日内看完", "通过后，待办里会有一条消息"],
        "columns": [{"label": "日期"}, {"label": "主题"}, {"label": "人数", "number": True},
                    {"label": "状态"}],
        "records": [_record("10月17日", "学习贯彻新精神专题辅导", 32, "待审核", "waiting"),
                    _record("10月16日", "关工委四季度工作推进会", 18, "已通过", "done"),
                    _record("10月13日", "党支部听取关工委工作汇报", 9, "已退回", "returned")],
        "matrix": _matrix(),
        "chart": _chart(),
        "cards": [
            Card("补一下“敬老月走访”", "?", "退回了", "returned", "石桥教办退回",
                 minutes=3),
            Card("补记“学习培训”", "?", "已逾期 18 天", "late", "2023年9月30日前要完成", minutes=5,
                 at_hand="签到表，或者记住的到场人数", button="补记"),
        ],
        "thumb": [
            {"url": "?", "label": "待办", "icon": "list", "current": True},
            {"url": "?", "label": "单位与关工委", "icon": "units"},
            {"url": "?", "label": "更多", "icon": "menu"},
        ],
        "both": [
            {"label": "主题", "mine": "敬老月走访", "theirs": "敬老月走访", "differs": False},
            {"label": "说了哪些事", "mine": "走访了三位老教师。", "theirs": "走访了老教师。",
             "differs": True},
            {"label": "地点", "mine": "", "theirs": "退休教师活动室", "differs": True},
        ],
    }  # fmt: skip


def _chart() -> Chart:
    this_year = [62, 48, 138, 121, 154, 146, 38, 22, 172, 97, 0, 0]
    last_year = [55, 50, 120, 118, 150, 128, 33, 30, 148, 139, 141, 90]
    return Chart(
        key="months", title="每月活动场次", unit="次", heading="月份",
        labels=[f"{month}月" for month in range(1, 13)],
        series=[Series("今年", this_year), Series("去年", last_year, is_mark=True)],
        finding="9 月最多（172 次）",
    )  # fmt: skip


def _record(day: str, title: str, people: int, state: str, tone: str) -> dict[str, Any]:
    return {
        "cells": [
            {"label": "日期", "text": day},
            {"label": "主题", "text": title, "url": "?", "main": True},
            {"label": "人数", "text": people, "number": True},
            {"label": "状态", "status": state, "tone": tone},
        ]
    }


def _matrix() -> dict[str, Any]:
    done = {"value": "24/24", "word": "全部完成", "tone": "done", "percent": 100, "url": "?"}
    later = {"value": "9/24", "word": "未到期", "tone": "later", "percent": 37, "url": "?"}
    slow = {"value": "21/22", "word": "逾期 1 家", "tone": "soon", "percent": 95, "url": "?"}
    late = {"value": "14/21", "word": "逾期 7 家", "tone": "late", "percent": 66, "url": "?"}
    return {
        "groups": [{"label": "三个同（纳入党建）", "span": 3}, {"label": "三个一", "span": 3}],
        "columns": [
            {"label": "同研究", "note": "3月31日前"}, {"label": "同部署", "note": "3月31日前"},
            {"label": "同考核", "note": "12月31日前"}, {"label": "听取汇报", "note": "11月30日前"},
            {"label": "学习培训", "note": "9月30日前"}, {"label": "推进会", "note": "11月30日前"},
        ],
        "rows": [
            {"label": "东溪教办", "note": "24 家", "url": "?",
             "cells": [done, done, later, done, done, later]},
            {"label": "石桥教办", "note": "22 家", "url": "?",
             "cells": [done, slow, later, done, slow, later]},
            {"label": "青岭教办", "note": "21 家", "url": "?",
             "cells": [slow, slow, later, late, late, late]},
        ],
        "total": {"label": "全市合计", "cells": [{"value": "180/182", "word": "99%"}] * 6},
    }  # fmt: skip
