"""How recognitions are renewed, to begin with. All of it is data that the bureau changes in the admin."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

OFFICIAL, REPORTED, UNVERIFIED = "official", "reported", "unverified"

# programme, what, applications from month, until month, advice, how sure, note
RENEWALS = [
    ("HNTE", "重新认定", None, None,
     "资格期满不自动延续，须按首次认定的要求重新申请；通过后换发新证书、新编号。新一批公告多在11月至次年1月，请在到期前一年着手准备。",
     REPORTED, "有效期三年依管理办法第九条（转引）；公告月份据2022—2024年一千份公告统计；各年申报时间以当年通知为准"),
    ("TSME", "年度评价入库", 7, 9,
     "登记编号当年有效，每年须在优质中小企业梯度培育平台重新填报、评价，换用新编号。",
     OFFICIAL, "2025年：6月30日至9月30日填报，10月31日前全部公示；编号失效日各方说法不一，待核实"),
    ("INNO", "重新评价", None, None,
     "有效期满须重新评价；未列入新名单的不再计入。请关注省工业和信息化厅当年的通知。",
     REPORTED, "2022年度名单次年3月公布，2025年度5月公布；2026年1月起的新办法未见全文"),
    ("SRDI", "复核", None, None,
     "有效期满当年须参加复核；复核通过的随名单另附公布，未列入的不再计入。请关注省工业和信息化厅当年的通知。",
     REPORTED, "第一批及复核通过名单通常5月公布；2026年1月起的新办法未见全文"),
    ("LG", "复核", 4, 5,
     "第三年参加复核，通过的单独公布。请关注工业和信息化部及省工业和信息化厅当年的通知。",
     UNVERIFIED, "推荐约4月至5月，公示7月至9月；第三至七批起止日期未核实"),
    ("GZ", "动态评估", None, None,
     "实行有进有出的动态管理，未见固定止期，以最新名单为准。", UNVERIFIED, "有效期未见规定"),
    ("LEAD", "定期评估", None, None,
     "实行动态管理、定期评估，未见固定止期，以最新名单为准。", UNVERIFIED, "有效期未见规定"),
    ("IP_A", "复核", None, None,
     "培育期满须参加复核，起止日期以通知所载为准。名单多在8月至10月公布。", REPORTED, "2018年起的通知转引；2018年以后的起止日期未核实"),
    ("IP_D", "复核", None, None,
     "培育期满须参加复核，起止日期以通知所载为准。名单多在8月至10月公布。", REPORTED, "2018年起的通知转引；2018年以后的起止日期未核实"),
    ("CHAMP", "复核", None, None,
     "每三年复核一次；不提交复核材料的，撤销认定。", REPORTED, "第六批及第三批复核企业于2024年复核；公示约3月"),
    ("CHAMP_HN", "复核", None, None, "有效期和复核办法以省工业和信息化厅的名单和通知为准。", UNVERIFIED, "有效期未核实"),
    ("ZZTE", "备案更新", None, None, "备案的有效期和更新办法以市科技局的通知为准。", UNVERIFIED, "有效期未核实"),
    ("TSME_HN", "备案更新", None, None, "备案的有效期和更新办法以省科技厅的通知为准。", UNVERIFIED, "有效期未核实；常年办理"),
    ("STG", "不再开展", None, None, "该项目为历史项目，期满后不再续期。", UNVERIFIED, "2018年12月29日起三年；此后未见新批次"),
    ("TLEAD", "定期评估", None, None, "有效期和评估办法以主管部门的名单和通知为准。", UNVERIFIED, "有效期未核实"),
]  # fmt: skip


def seed(apps, schema_editor):  # type: ignore[no-untyped-def]
    renewal = apps.get_model("enterprises", "Renewal")
    programmes = {one.code: one for one in apps.get_model("registry", "Programme").objects.all()}
    for code, what, first, last, advice, confidence, note in RENEWALS:
        if code in programmes:
            renewal.objects.create(
                programme=programmes[code], what=what, first_month=first, last_month=last, advice=advice,
                confidence=confidence, note=note,
            )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0016_rows_of_editions_in_bulk"), ("registry", "0011_rules_have_a_history")]
    operations = [
        migrations.CreateModel(
            name="Renewal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        help_text="Such as 复核 or 重新认定.", max_length=40, verbose_name="what it is called"
                    ),
                ),
                (
                    "first_month",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Empty where no notice states a usual time.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(12),
                        ],
                        verbose_name="applications from month",
                    ),
                ),
                (
                    "last_month",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(12),
                        ],
                        verbose_name="applications until month",
                    ),
                ),
                ("advice", models.CharField(max_length=300, verbose_name="what enterprises are told")),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("official", "read in an official notice"),
                            ("reported", "from press or a copy of a notice"),
                            ("unverified", "not verified"),
                        ],
                        default="unverified",
                        max_length=10,
                        verbose_name="how sure it is",
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True, help_text="For staff alone.", max_length=200, verbose_name="source and note"
                    ),
                ),
                (
                    "programme",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="renewal",
                        to="registry.programme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "way of renewal",
                "verbose_name_plural": "ways of renewal",
                "ordering": ["programme"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("first_month", None), ("last_month", None)),
                            models.Q(
                                ("first_month__gte", 1),
                                ("first_month__lte", models.F("last_month")),
                                ("last_month__lte", 12),
                            ),
                            _connector="OR",
                        ),
                        name="renewal_months_of_one_year",
                    )
                ],
            },
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
