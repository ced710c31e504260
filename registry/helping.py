"""Which place of the staff manual explains which desk. Law: every model of the admin has one, and every place exists.

Models are named as text, since the manual is the whole house's and imports none of it.
"""

from collections.abc import Mapping

from django.urls import reverse

FIRST = "start"
# In the order in which they are read.
CHAPTERS = (
    FIRST, "tour", "importing", "points", "confirming", "matching", "pool", "edition", "deliveries", "financing",
    "evaluation", "subsidies", "objections", "enterprise", "exports", "accounts", "logs", "catalogue", "calendar",
    "trouble", "words",
)  # fmt: skip

PLACES: Mapping[str, str] = {
    # Who may do what, and what was done.
    "auth.user": "accounts",
    "auth.group": "start#谁做什么",
    "auditing.event": "logs",
    "watching.trouble": "trouble#系统异常",
    "registry.importright": "accounts#部门可以导入什么",
    # What was published.
    "registry.programme": "catalogue#资质类别和规则",
    "registry.district": "catalogue#区县",
    "registry.indicator": "points#积分指标",
    "registry.headerword": "catalogue#表头用语和记住的列",
    "registry.rememberedcolumn": "catalogue#表头用语和记住的列",
    "registry.listimport": "importing",
    "registry.upload": "importing#大名单",
    "registry.entry": "importing#更正一行",
    "registry.export": "exports",
    # What is held true.
    "enterprises.enterprise": "enterprise",
    "enterprises.reviewitem": "matching",
    "enterprises.matchdecision": "matching#系统凭什么归并",
    "enterprises.judgement": "matching#人工认定的记录",
    "enterprises.poolrebuild": "pool#培育库推算",
    "enterprises.finding": "pool#核查提示",
    "enterprises.edition": "edition",
    "enterprises.guardlimit": "edition#把关界限",
    "enterprises.expectedlist": "edition#应到名单",
    "enterprises.editionreminder": "edition#提醒",
    "enterprises.objection": "objections",
    "enterprises.objectionreminder": "objections#期限",
    "enterprises.specialday": "objections#节假日",
    "enterprises.mail": "objections#订阅和邮件",
    "enterprises.watch": "objections#订阅和邮件",
    "enterprises.renewal": "catalogue#续期办法",
    # What was sent to whom.
    "pushes.institution": "deliveries#新增一家机构",
    "pushes.invitation": "deliveries#邀请机构人员",
    "pushes.peopleevent": "deliveries#邀请机构人员",
    "pushes.profilerequest": "deliveries#机构的申请",
    "pushes.channel": "deliveries#推送渠道",
    "pushes.accesskey": "deliveries#接口密钥",
    "pushes.secretevent": "deliveries#接口密钥",
    "pushes.package": "deliveries#看推送情况",
    "pushes.delivery": "deliveries#看推送情况",
    "pushes.attempt": "deliveries#推送失败",
    "pushes.laggard": "deliveries#没有人领取",
    "pushes.letter": "deliveries#通知邮件",
    "pushes.receipt": "deliveries#回执",
    "pushes.receiptsdeleted": "deliveries#回执",
    # What came of it.
    "financing.evaluation": "evaluation",
    "financing.statistic": "financing",
    "financing.feedback": "financing#谁已报送",
    "financing.listmistake": "financing#名单差错",
    "financing.subsidy": "subsidies#规则",
    "financing.subsidyclaim": "subsidies#登记申报",
    "financing.subsidysheet": "subsidies#测算",
    "financing.target": "catalogue#政策目标",
}


def address(place: str) -> str:
    """The page of a chapter ("edition"), or the place in it ("edition#提醒")."""
    chapter, sign, anchor = place.partition("#")
    page = reverse("manual:first") if chapter == FIRST else reverse("manual:chapter", args=[chapter])
    return page + sign + anchor


def help_on(model: str) -> str:
    """Where the manual explains the desk of a model ("registry.entry"); its beginning for any other."""
    return address(PLACES.get(model, FIRST))
