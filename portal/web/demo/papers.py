"""发文 of the demo city: a notice everybody has, a commendation on its way, one being drafted."""

from datetime import date, timedelta

from committees.models import User
from committees.policy import Role
from evaluations.models import OfficialPaper, PaperReceipt
from evaluations.services import papers
from evaluations.tasks import issue_paper
from portal.web.demo.city import City

CODE = "云教关工委"
SENT = (
    "为推动“五老”进校园经常化，现就做好本学期关心下一代工作通知如下。\n"
    "一、把读书活动办实\n"
    "（一）每班一个读书角。请老同志和孩子一起选书、换书。\n"
    "（二）每月一次共读。可以请老校长、老教师讲一本书。\n"
    "二、把走访慰问办细\n"
    "各单位对留守、困境青少年逐户走访，听一听孩子还缺什么，能帮的当场帮，帮不了的报教办。\n"
    "三、把活动记下来\n"
    "活动结束一周内在系统里记好，照片和签到表有就传，没有不勉强。"
)
BEGUN = "请各单位于本月底前清点老园丁工作室的书籍和器材，在系统里写明缺什么。"


def send(city: City, *, on: date) -> str:
    """One notice printed and sent, one paper waiting for the signature, one draft."""
    bureau = city.bureau
    leader = User.objects.get(grants__role=Role.BUREAU_LEADER, grants__unit=bureau.unit)
    day = on - timedelta(days=16)
    notice = _draft(city, title="关于做好本学期关心下一代工作的通知", body=SENT)
    papers.add_annex(
        notice, title="读书角配书建议", by=bureau.account,
        body="一、低年级\n《一园青菜成了精》《神笔马良》\n二、中高年级\n《城南旧事》《小英雄雨来》",
    )  # fmt: skip
    papers.submit(notice, by=bureau.account)
    papers.sign(notice, on=day, by=leader)
    issue_paper(notice.pk, by=leader)
    for receipt in PaperReceipt.objects.filter(paper=notice).order_by("unit__path")[1::3]:
        papers.receive(receipt, by=bureau.account)
    waiting = _draft(
        city, kind="commendation", title="关于表扬读书活动组织工作先进单位的决定",
        body="一年来，各单位认真组织读书活动，涌现出一批好做法。经研究，决定对名单所列单位予以表扬。",
    )  # fmt: skip
    schools = [one.unit.name for one in city.institutions[:8]]
    papers.add_annex(
        waiting, title="先进单位名单", by=bureau.account,
        body=f"一、学校和幼儿园（{len(schools)}）\n{'、'.join(schools)}",
    )  # fmt: skip
    papers.submit(waiting, by=bureau.account)
    _draft(city, title="关于清点老园丁工作室书籍和器材的通知", body=BEGUN)
    return "文件：印发 1 份，待签发 1 份，拟稿 1 份"


def _draft(city: City, *, title: str, body: str, kind: str = "notice") -> OfficialPaper:
    fields = {
        "kind": kind, "title": title, "code": CODE, "audience": "all", "body": body,
        "addressees": "各教办，各学校、幼儿园关工委", "copy_to": "市关工委", "copies": 120,
    }  # fmt: skip
    bureau = city.bureau
    return papers.draft(bureau.unit, fields=fields, chosen=[], by=bureau.account)
