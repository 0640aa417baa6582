"""What a roster's sheets may hold, and how offices head their columns."""

from portal.kernel.tables import Column, TableKind

_OFFICE = Column(
    "office",
    "所属教办",
    ("教办", "所属镇街教办", "所属教育办公室", "教育办", "所属学区", "镇（街道）", "所属镇街"),
    required=True,
)

SCHOOLS = TableKind(
    "schools",
    "中小学",
    (
        _OFFICE,
        Column("name", "单位名称", ("学校名称", "学校", "校名", "学校全称", "单位"), required=True),
        Column("code", "单位代码", ("学校代码", "机构代码", "学校标识码", "代码")),
        Column("stage", "类别", ("学校类别", "学段", "办学类型", "学校类型", "类型")),
        Column(
            "students",
            "学生数",
            ("在校学生数", "在校生数", "学生人数", "在籍学生数", "学生总数"),
        ),
        Column("staff", "教职工数", ("教职工人数", "教工数", "教师数", "教职工")),
        Column("party_org", "党组织名称", ("党组织", "所属党组织", "基层党组织")),
        Column(
            "established",
            "关工委是否成立",
            ("是否成立关工委", "是否建立关工委", "关工委成立情况", "是否成立", "关工委"),
        ),
        Column("established_on", "成立时间", ("关工委成立时间", "成立日期", "建立时间")),
        Column("director", "主任", ("关工委主任",)),
        Column("standing_deputy", "常务副主任", ("关工委常务副主任", "常务副主任（老同志）")),
        Column("secretary_general", "秘书长", ("关工委秘书长", "秘书")),
        Column("phone", "联系电话", ("电话", "手机", "联系方式", "手机号码")),
    ),
    words=("中小学", "学校", "中职"),
)

KINDERGARTENS = TableKind(
    "kindergartens",
    "幼儿园",
    (
        _OFFICE,
        Column(
            "name",
            "单位名称",
            ("幼儿园名称", "园名", "幼儿园", "园所名称", "单位"),
            required=True,
        ),
        Column("code", "单位代码", ("机构代码", "园所代码", "代码")),
        Column(
            "children",
            "在园幼儿数",
            ("幼儿数", "在园人数", "幼儿人数", "在园儿童数", "在园数", "学生数"),
        ),
        Column("classes", "班级数", ("班数", "班级")),
        Column(
            "is_central",
            "是否镇（街道）中心园",
            ("是否中心园", "中心园", "是否中心幼儿园", "镇中心园"),
        ),
        Column(
            "form",
            "关工委组织形式",
            ("组织形式", "关工委形式", "关工委设置", "关工委建立形式", "关工委"),
        ),
        Column("head", "负责人", ("园长", "幼儿园负责人", "联系人")),
        Column("phone", "电话", ("联系电话", "手机", "联系方式", "手机号码")),
    ),
    words=("幼儿园", "学前"),
)

PEOPLE = TableKind(
    "people",
    "五老名册",
    (
        Column("name", "姓名", ("人员姓名", "五老姓名"), required=True),
        Column("gender", "性别"),
        Column("born", "出生年月", ("出生日期", "出生时间", "生日")),
        Column(
            "former_post",
            "原工作单位及职务",
            ("原单位及职务", "原工作单位", "退休前单位及职务", "原职务"),
        ),
        Column("retired", "退休时间", ("退休年月", "退休日期")),
        Column("category", "“五老”类别", ("五老类型", "人员类别", "类别")),
        Column("strengths", "特长", ("专长", "擅长领域", "专业特长")),
        Column("phone", "手机", ("手机号码", "联系电话", "电话", "联系方式")),
        Column(
            "committee",
            "任职关工委",
            ("所在关工委", "任职单位", "现任职关工委", "所属单位", "所在单位", "单位"),
            required=True,
        ),
        Column("position", "关工委职务", ("现任职务", "担任职务", "职务")),
        Column("is_mentor", "是否“关爱导师”", ("关爱导师", "是否导师")),
    ),
    words=("五老", "名册", "人员"),
)

ROSTER_KINDS = (SCHOOLS, KINDERGARTENS, PEOPLE)
