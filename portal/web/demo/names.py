"""Invented people. The surnames follow how often they are met in the east of China."""

from random import Random

COMMON = "陈王张李林周徐黄吴胡朱郑金叶杨赵何沈刘潘许孙方蒋章应余俞姚马徐施孔毛钱"
RARE = "葛邵董卢楼虞倪戴江冯袁陆程高丁汪蔡罗谢娄竺柴裘励乐诸闻封项翁房骆阮詹尹祝"

ELDER_MEN = ("国建志德明永文光家仁兴荣锦昌启绍", "栋平华强忠良根祥林松年法海章甫源涛")
ELDER_WOMEN = ("秀桂月凤玉素雅美彩惠淑亚爱杏", "英兰琴珍仙娟芳萍芬娥菊凤云珠琴莲")
MEN = ("海晓伟志宏俊立建剑少旭文国", "波东峰锋斌杰军平明达辉伟勇")
WOMEN = ("晓丽海雪静春燕佩洁莹巧玲", "燕萍红芬霞敏娜琼琳芳静瑛")


def person_name(random: Random, *, woman: bool, elder: bool) -> str:
    """A surname and one or two characters that fit the sex and the generation."""
    surname = random.choice(COMMON if random.random() < 0.78 else RARE)
    first, second = (ELDER_WOMEN if woman else ELDER_MEN) if elder else (WOMEN if woman else MEN)
    if random.random() < 0.14:
        return surname + random.choice(second)
    return surname + random.choice(first) + random.choice(second)


def fresh_name(random: Random, taken: set[str], *, woman: bool, elder: bool) -> str:
    """A name nobody in `taken` bears yet; it is added there."""
    while (name := person_name(random, woman=woman, elder=elder)) in taken:
        pass
    taken.add(name)
    return name


def mobile(serial: int) -> str:
    """138 0000 xxxx: a range in which nobody is called."""
    return f"1380000{serial % 10000:04}"


def landline(serial: int) -> str:
    return f"6600 {serial % 10000:04}"
