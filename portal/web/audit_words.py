"""What stands in the audit trail, in words: `activity.send_back` is read as 退回 活动记录.

The trail keeps short names, which do not change when a wording does. A test asks that every name
the code writes has its words here.
"""


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split())


# Of what it is told: the part before the dot.
THINGS = _pairs("""
    account=账号 accounts=账号名单 audit=操作日志 activity=活动记录 address=收消息的地址
    annual=年度简报 appointment=聘书 appraisal=“五好”自评 award_levels=奖项等次 awards=获奖名单
    blind_copy=评审用的作品 bulletin=工作简报 burden=减负账本 call_list=电话单
    campaign=“五好”创建 candidates=人选名单 cells=年度要求 certificate=证书 child=孩子的资料
    coaching=辅导记录 cohost=共办单位 committee=关工委 correction=更正申请 course=宣讲课程
    coverage=组织覆盖情况 credit=计入情况 decision=议定事项 demo=演示数据 dispatch=派讲规则
    edition=读书活动 entry=参评作品 entry_batch=成批登记 essay=征文比对 five_haves=“五有”自查
    grant=角色 honour=荣誉 honour_rules=荣誉规则 import=导入 invitation=宣讲邀请 judge=评委
    judging_round=评审 kind=活动类型 lecture=宣讲预约 likeness=相似作品 link=任务关联
    list=交回的名单 mending=整改 mention=文字里的姓名 mentor=导师 objection=异议
    obligation=一项要求 obligations=年度要求 paper=文件 partner=合作伙伴 people=人员名单
    person=人员 plan=工作要点 post=职务 posts=职务名单 publicity=公示 quota=名额
    reading_plan=实施方案 recommendation=推荐 recommended=推荐名单 request=数据收集
    result=评选结果 result_list=结果名单 rubric=评分表 rule=计入规则 score_sheet=评分单
    series=例会 sign_in=现场签到 silence=默认通过 statistics=统计年报
    statistics_table=统计年报表样 studio=老园丁工作室 team=导师团 team_invitation=导师团邀请
    team_rules=班子要求 title=称号 topics=学年主题 track=评选项目 unit=单位 unit_change=单位变动
    units=单位名单 upper_list=上级名单 vacancies=空缺职务名单 visits=实地走访 work=手头的工作
    workdays=工作日历 year=年度
""")

# What was done with it: the part behind the dot, where the thing alone does not change the word.
ACTS = _pairs("""
    accept=通过 account_joined=关联了账号 account_parted=取消了账号关联 added=新增 adjusted=调整
    again=再次办理 agree=同意 agreed=同意 agreement_noticed=提醒协议快到期
    agreement_removed=删去协议 amended=修改 annex_added=加附件 annex_edited=改附件
    annex_removed=删附件 answered=答复 applied=按新规则重算 appointed=聘请 approve=核稿通过
    article_added=加稿件 article_edited=改稿件 article_joined=合并稿件 article_moved=移动稿件
    article_removed=拿掉稿件 asked=提出 attendees=记到会人员 awarded_late=补奖 began=开始
    begun=开始 cancel=取消 carry_out=登记 ceiling_set=定上限 changed=修改 clear=放行 close=结束
    closed=关闭 codes_made=生成新的备用码 cohost_invited=邀请共办单位 cohost_removed=去掉共办单位
    compared=比对 confirm=确认 copied=照抄 corrected=更正 correction_asked=申请更正
    correction_refused=没有同意更正 counted_again=重新计数 covered=划去姓名
    criteria_set=定评分标准 cut=划定名次 decide=定分 decided=定下 decline=推掉 declined=不计入
    deliver=记为已讲 discarded=丢弃 dismiss=认定不成立 dissolved=撤销 distinct=确认不是同一人
    distinct_undone=取消“不是同一人” done=完成 drafted=起草 drop=不办了 due_set=定截止日期
    edited=修改 end=结束 ended=结束 ended_with_unit=随单位结束 enrolled=加入 entered=登记
    erased=删除 established=建立 evidence_added=加佐证 expire=过期没有答复 exported=导出
    extended=延长 fed_back=反馈 field_added=加栏目 field_edited=改栏目 field_moved=移动栏目
    field_reopened=恢复栏目 field_retired=停用栏目 file_left_out=不给评委看文件
    file_removed=删去文件 file_replaced=换文件 filled=填写 film_left_out=不给评委看视频
    finish=办完 followed=跟进 forgotten=不再记 forward=报市 founded=成立 freeze=封定分数
    gather=汇总 given=给出 groups_set=定组别 hand_over=交负责人审签 handed_back=退回名额
    handed_over=交接 imported=导入 invite=请导师 invited=邀请 issue=印发 issued=发出
    item_added=加一条 item_checked=核对一条 item_edited=改一条 item_merged=合并两条 joined=加入
    judges_added=加评委 left=离开 loaded=装入 looked_at=看过 made=提出 marked=打分
    members_set=定成员 merge_undone=撤销合并 merged=合并 minutes_aside=另存记录稿
    minutes_saved=保存记录 moved=移动 moved_with_unit=随单位转移 name=命名 named=命名
    never_began=没有开始 note_changed=改编者按 noted=备注 noticed=提醒快到期 offered=开出
    open=开始 opened=开通 paper_added=加文件 partners_set=定合作伙伴
    party_phone_seen=看了党组织电话 password_changed=改密码 password_reset=重设密码
    pause_removed=取消暂停 paused=暂停 phone_seen=看了完整电话 plan_saved=保存计划 planned=安排
    plaques_listed=列出牌匾 prepared=准备 printed=打印 promote=递补 proposed=提出 publish=公布
    published=公布 put_back=放回原处 ranked=排序 rated=评价 read=查看 received=收到
    reconsider=重新评议 redrafted=重新起草 refuse=没有同意 refused=被拦下 registered=登记
    reissued=换发 relief_carried=沿用免报 relief_ended=结束免报 relieved=免报或延期 removed=删去
    renamed=改姓名 reopen=重新打开 reopened=重新打开 replace=换成新的一版 replied=回复
    reported=上报 requested=申请 restored=恢复计入 resubmit=重新报送 resumed=恢复 retire=停开
    return=退回 review=审核 reviewed=审核 revised=出新的一版 ring_drawn=抽签分组
    role_ended=停用角色 round_set=定一轮安排 rules_set=定规则 school_followed=随学校调整
    seal=封账 season_added=加一个时段 season_removed=去掉一个时段 second_step_off=停用动态码
    second_step_on=开启动态码 seen=查看 send_back=退回 sent=发出 series_changed=改栏目设置
    series_opened=开设简报 serves=记下服务对象 service_ended=结束服务 set=设定 settled=结算
    sheet=处理签到表 sheet_photo=上传打分表照片 sign=签发 sign_in_refused=登录没有成功
    signed_in=登录 signed_out=退出登录 skipped=跳过一次 slides=处理课件 sources_chosen=选定来源
    started=开始 studio_set=定工作室 submit=提交 submit_direct=直接提交 succeeded=接续
    take_back=撤销 taken_back=收回 taken_back_undone=撤销收回 team_added=加小组
    team_removed=去掉小组 tell=告知 term_begun=开始一届 term_corrected=更正一届
    term_opened=开始一届 threshold_set=定标准 told=告知 told_done=说明已完成 undone=撤销
    unfreeze=解除封定 unit_closed=因单位撤销结束 units_added=加单位 uphold=认定属实 urged=催报
    void=作废 volume_planned=安排汇编 volume_stopped=停止汇编 wait=列入候补
    way_changed=改评议方式 window_closed=结束补报 withdraw=撤回 word_back=收回
    word_dropped=放弃收回的稿子 word_left=留言 word_out=发出去改 word_taken=采纳改动 written=撰写
    xrayed=查看得分分布
""")

# Where the thing and its act together are said otherwise.
WHOLE = _pairs("""
    account.opened=开通账号 account.renamed=改账号姓名 account.role_ended=停用账号角色
    account.handed_over=换人 account.password_reset=重设别人的密码
    account.password_changed=改自己的密码 account.signed_in=登录 account.signed_out=退出登录
    account.sign_in_refused=登录没有成功 account.second_step_on=开启动态码
    account.look_began=开始替看 account.look_ended=结束替看
    account.second_step_off=停用动态码 account.codes_made=生成新的备用码
    person.phone_seen=看了一个人的完整电话 partner.phone_seen=看了合作伙伴的完整电话
    unit.party_phone_seen=看了党组织联系人的电话 child.read=查看一个孩子的全部资料
    child.exported=导出一个孩子的全部资料 entry.seen=查看参评作品 entry.erased=删除一个孩子的资料
    entry.exported=导出参评作品名单 edition.erased=到期删除参评资料 awards.read=查看获奖名单
    awards.exported=导出获奖名单 essay.compared=对照两篇征文 objection.read=查看异议
    face.published=改公开页
    request.refused=被拦下 activity.accept=通过活动记录 decision.finish=议定事项办完
    lecture.accept=答应去讲 cohost.decline=不参加共办 entry.decline=不推荐作品
    score_sheet.decline=回避评分 unit.closed=撤销单位 unit.opened=设立单位 year.seal=封账
    year.reopen=打开已封的年度 demo.loaded=装入演示数据 list.taken_back=收回改好的名单
""")


def in_words(verb: str) -> str:
    """What was done to what, as one reads it; an act nobody gave words is called a change."""
    if verb in WHOLE:
        return WHOLE[verb]
    thing, _, act = verb.partition(".")
    return f"{ACTS.get(act, '改动')}{THINGS.get(thing, '')}"


# Verbs by which somebody read or took away what is kept of children.
CHILDREN = (
    "child.read", "child.exported", "entry.seen", "entry.exported", "entry.erased",
    "edition.erased", "essay.compared", "awards.read", "awards.exported", "recommended.exported",
    "recommended.printed", "certificate.printed", "objection.read", "mention.covered",
)  # fmt: skip

# Groups the page can be narrowed to: a word, and how the verbs begin.
GROUPS = {
    "sign_in": ("登录与账号", ("account.", "grant.", "address.")),
    "refused": ("被拦下的", ("request.refused", "account.sign_in_refused")),
    "children": ("孩子的资料", CHILDREN),
    "phones": ("看电话和导出名单", (
        "person.phone", "partner.phone", "unit.party_phone", "call_list.", "people.", "accounts.",
        "posts.", "units.", "candidates.",
    )),
    "units": ("单位和人员", ("unit", "person.", "post.", "committee.", "team")),
    "activity": ("活动记录", ("activity.", "decision.", "series.", "lecture.")),
    "reading": ("读书活动", ("edition.", "entry", "quota.", "judg", "score_sheet.", "result")),
    "five_good": ("“五好”创建", ("campaign.", "appraisal.", "rubric.", "visits.", "title.")),
    "papers": ("简报与文件", ("bulletin.", "paper.", "annual.", "statistics")),
}  # fmt: skip
