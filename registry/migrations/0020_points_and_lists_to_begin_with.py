"""Points and named lists to begin with, as far as they are known. Each says in its note how sure it is.

All of it is data that the bureau may change in the admin.
"""

from datetime import UTC, date, datetime

from django.db import migrations

BEGINNING = date(2008, 1, 1)
UNVERIFIED = "名称凭资料整理，未核对原文，待主管部门核实"
TO_CONFIRM = "待主管部门确认"
DEPARTMENT = "科技局"  # imports them until the bureau says otherwise

# code, name, kind, level, body, basis, note of the rule
PROGRAMMES = [
    ("INNO_POINTS", "创新积分", "points", "national", TO_CONFIRM,
     "《“创新积分制”工作指引（全国试行版）》（2024年8月）",
     "据转载文本：分技术创新、成长经营、辅助三类，共18项指标，按初创期、成长期、稳定期分别设权重。"
     "指标名称和上限待主管部门核实。不计入培育库。"),
    ("LISTING", "上市后备企业", "named_list", "city", TO_CONFIRM, "郑政文〔2025〕66号",
     "文件原文未核对，发布单位和期限待主管部门核实。未载明止期的，以最新名单为准。不计入培育库。"),
    ("ZKD_RISK", "郑科贷（风险补偿）", "named_list", "city", "市科技局",
     "郑科贷2025年起并入郑好融办理，由郑州郑好融征信服务股份有限公司运营",
     "据媒体报道；名单形式和期限待主管部门核实。未载明止期的，以最新名单为准。不计入培育库。"),
    ("ZHR", "郑好融产品", "named_list", "city", "郑州中小微企业金融综合服务平台（郑好融）", "",
     "平台和产品数量见公开资料；名单形式和期限待主管部门核实。未载明止期的，以最新名单为准。不计入培育库。"),
]  # fmt: skip

# code, name, kind, group, header texts beside the name
INDICATORS = [
    ("TOTAL", "总分", "total", "", ["创新积分", "创新积分总分", "总得分", "总积分", "积分总分", "得分", "积分"]),
    ("GRADE", "等级", "grade", "", ["积分等级", "评价等级", "企业等级"]),
    ("RD_COST", "研发费用金额", "indicator", "innovation", ["研发费用"]),
    ("RD_GROWTH", "研发费用增速", "indicator", "innovation", ["研发费用增长率"]),
    ("RD_RATIO", "研发费用占营业收入比重", "indicator", "innovation", ["研发费用占营收比", "研发费用占比"]),
    ("RD_STAFF", "研发人员占比", "indicator", "innovation", ["研发人员占职工总数比重"]),
    ("PATENTS", "发明专利申请量", "indicator", "innovation", ["发明专利申请"]),
    ("PCT", "PCT专利申请量", "indicator", "innovation", ["PCT", "PCT申请"]),
    ("TECH_DEALS", "技术合同成交额", "indicator", "innovation", []),
    ("HT_INCOME", "高新技术产品收入占比", "indicator", "growth", ["高新收入", "高新收入占比", "高新技术产品收入"]),
    ("REVENUE", "营业收入", "indicator", "growth", ["营收"]),
    ("REV_GROWTH", "营业收入增长率", "indicator", "growth", ["营业收入增长", "营收增长"]),
    ("DEDUCTION", "研发费用加计扣除减免额", "indicator", "growth", ["加计扣除减免额"]),
    ("NET_MARGIN", "净资产利润率", "indicator", "growth", []),
    ("DEBT_RATIO", "资产负债率", "indicator", "growth", []),
    ("GRADUATES", "吸纳应届毕业生人数", "indicator", "growth", ["应届毕业生", "吸纳应届毕业生"]),
    ("PLATFORMS", "省级以上平台", "indicator", "support", ["省级以上科技平台"]),
    ("AWARDS", "科技奖励", "indicator", "support", []),
    ("PROJECTS", "科技计划项目", "indicator", "support", []),
    ("VENTURE", "风险投资额", "indicator", "support", ["获得风险投资额"]),
]  # fmt: skip


def seed(apps, schema_editor):  # type: ignore[no-untyped-def]
    programme, rule = apps.get_model("registry", "Programme"), apps.get_model("registry", "ProgrammeRule")
    points, science = None, apps.get_model("auth", "Group").objects.filter(name=DEPARTMENT).first()
    for position, (code, name, kind, level, body, basis, note) in enumerate(PROGRAMMES, start=201):
        if (ours := programme.objects.filter(code=code, kind=kind).first()) is not None:
            points = ours if kind == "points" else points
            continue  # from before it was taken back, see 0019
        if programme.objects.filter(code=code).exists() or programme.objects.filter(name=name).exists():
            continue  # the bureau keeps one of its own
        made = programme.objects.create(
            code=code, name=name, kind=kind, level=level, body=body, basis=basis, position=position
        )
        rule.objects.create(
            programme=made, effective_from=BEGINNING, period="open", counts=False, note=note,
            recorded_at=datetime(2008, 1, 1, tzinfo=UTC),
        )  # fmt: skip
        if science:
            apps.get_model("registry", "ImportRight").objects.create(
                department=science, programme=made, note="初始设置，待主管部门确认"
            )
        points = made if kind == "points" else points
    indicator = apps.get_model("registry", "Indicator")
    if indicator.objects.exists():
        return
    for position, (code, name, kind, group, words) in enumerate(INDICATORS if points else (), start=1):
        indicator.objects.create(
            programme=points, code=code, name=name, kind=kind, group=group, words=words, position=position,
            note=UNVERIFIED if kind == "indicator" else "",
        )  # fmt: skip
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refuse(apps, schema_editor):  # type: ignore[no-untyped-def]
    """The release before would take what was imported for recognitions."""
    lists = apps.get_model("registry", "ListImport").objects.exclude(programme__kind="recognition")
    if lists.exists():
        raise RuntimeError("named lists or points were imported: restore the backup from before instead")


class Migration(migrations.Migration):
    dependencies = [("registry", "0019_law_of_kinds"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(seed, refuse)]
