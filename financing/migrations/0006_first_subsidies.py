"""The policy's subsidies as they are known. What its text leaves open, or was not read word for word, says so."""

from datetime import UTC, date, datetime

from django.db import migrations

RECORDED = datetime(2025, 1, 1, tzinfo=UTC)
SOURCE = "郑政文〔2025〕66号"
UNREAD = "条款号、施行日期未见原文，暂自2025-01-01起计，待主管部门核对。"
# code, name, for whom, rule
SUBSIDIES = (
    (
        "BANK_GROWTH", "银行科技贷款增量补助", "banks",
        {
            "base": "growth", "threshold": "1000000000.00", "rate": "0.2", "cap": "2000000.00", "years_back": 1,
            "to_confirm": "“0.2%”按新增额（上年末余额减前一年末余额）计算，“10亿元以上”按含本数计算，“科技型企业”按培育库"
            "全部成员计算，上限按每家银行每年计算，适用新增年度最后一日施行的规则：原文如何规定，待主管部门确认。" + UNREAD,
        },
    ),
    (
        "TECH_INSURANCE", "科技保险保费补贴", "enterprises",
        {
            "base": "amount", "rate": "30", "cap": "200000.00",
            "to_confirm": "上限按每家企业每年累计计算（不是每张保单）；申报年度按缴费当年计：待主管部门确认。" + UNREAD,
        },
    ),
    (
        "IP_SECURITIES", "知识产权证券化补助", "anyone",
        {
            "base": "amount", "rate": "1.5", "cap": "2000000.00",
            "to_confirm": "“1.5%”按实际发行金额计算；由谁申领（发行主体、入池企业或服务机构）、上限按申请主体每年累计还是"
            "按每单产品计算：原文如何规定，待主管部门确认。" + UNREAD,
        },
    ),
    (
        "TECH_BRANCH", "科技金融专业机构奖励", "anyone",
        {
            "base": "grade", "once": True, "cap_per": "case",
            "steps": {"一等": "300000.00", "二等": "200000.00", "三等": "100000.00"},
            "to_confirm": "30、20、10万元三个等次的名称和评定办法未见原文，暂称一等、二等、三等；“一次性”按同一机构终身一次"
            "计算：待主管部门确认。" + UNREAD,
        },
    ),
)  # fmt: skip


def fill(apps, schema_editor):  # type: ignore[no-untyped-def]
    subsidy, rule = apps.get_model("financing", "Subsidy"), apps.get_model("financing", "SubsidyRule")
    for position, (code, name, applicants, numbers) in enumerate(SUBSIDIES, 1):
        if subsidy.objects.filter(code=code).exists():
            continue  # from before it was taken back: what the bureau keeps stays
        made = subsidy.objects.create(code=code, name=name, applicants=applicants, position=10 * position)
        rule.objects.create(
            subsidy=made, effective_from=date(2025, 1, 1), source=SOURCE, recorded_at=RECORDED, **numbers
        )


class Migration(migrations.Migration):
    dependencies = [("financing", "0005_subsidy_law")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
