"""The catalogue to begin with: programmes, the rules of their periods, districts and zones.

All of it is data that the bureau may change in the admin. What is not verified says so in its note.
"""

from datetime import date

from django.db import migrations

BEGINNING = date(2008, 1, 1)
HNTE_NUMBER = r"^G[RFS]20\d{2}\d{2}\d{6}$"
TSME_NUMBER = r"^20\d{2}\d{6}[0-9A-Z]\d{7}$"

# code, name, level, body, basis, number pattern, counts, period, years, grace (month, day), note
PROGRAMMES = [
    ("HNTE", "高新技术企业", "national", "省科技厅、财政厅、税务局认定，全国高新技术企业认定管理工作领导小组办公室备案",
     "国科发火〔2016〕32号、国科发火〔2016〕195号", HNTE_NUMBER, True, "years_from_issue", 3, (4, 30),
     "资格自颁发证书之日起三年有效。到期后至次年4月30日列为“到期待续”：期限由主管部门确定，可改。"),
    ("TSME", "科技型中小企业", "national", "省科技厅、工业和信息化主管部门评价入库",
     "国科发政〔2017〕115号、工信厅企业函〔2024〕244号", TSME_NUMBER, True, "number_year", None, (3, 31),
     "登记编号当年有效。次年名单公布前至3月31日列为“到期待续”：各方说法不一，期限由主管部门确定，可改。"),
    ("INNO", "创新型中小企业", "province", "省工业和信息化厅",
     "工信部企业〔2022〕63号、豫工信企业〔2023〕45号", "", True, "calendar_years", 3, None,
     "名单载明起止日期的从其规定；未载明的按公布当年1月1日起三个自然年计。"),
    ("SRDI", "专精特新中小企业", "province", "省工业和信息化厅",
     "工信部企业〔2022〕63号、豫工信企业〔2023〕45号", "", True, "calendar_years", 3, None,
     "名单载明起止日期的从其规定；未载明的按公布当年1月1日起三个自然年计。"),
    ("LG", "专精特新“小巨人”企业", "national", "工业和信息化部",
     "工信部企业〔2022〕63号", "", True, "notice", None, None,
     "有效期以名单所载为准；未载明的视为未定止期，请在导入时填写。"),
    ("GZ", "河南省瞪羚企业", "province", "省科技厅",
     "《河南省创新型企业梯次培育实施方案（2024—2026年）（试行）》", "", True, "open", None, None,
     "未见止期规定，动态管理，以最新名单为准。待核实。"),
    ("LEAD", "河南省创新龙头企业", "province", "省科技厅会同发展改革、财政、税务部门",
     "《河南省创新型企业梯次培育实施方案（2024—2026年）（试行）》", "", True, "open", None, None,
     "未见止期规定，动态管理，以最新名单为准。待核实。"),
    ("IP_A", "国家知识产权优势企业", "national", "国家知识产权局",
     "国知办函运字〔2022〕497号", "", True, "notice", None, None, "起止日期以通知所载为准。"),
    ("IP_D", "国家知识产权示范企业", "national", "国家知识产权局",
     "国知办函运字〔2022〕497号", "", True, "notice", None, None, "起止日期以通知所载为准。"),
    ("CHAMP", "制造业单项冠军企业", "national", "工业和信息化部",
     "工信部政法〔2023〕138号", "", True, "years_from_issue", 3, None, "三年复核，不提交复核的撤销。"),
    ("CHAMP_HN", "河南省制造业单项冠军企业", "province", "省工业和信息化厅",
     "豫工信办规〔2025〕143号", "", True, "notice", None, None, "有效期待核实，以名单所载为准。"),
    ("ZZTE", "郑州市科技型企业", "city", "市科技局", "郑科规〔2017〕6号", "", True, "open", None, None,
     "有效期待核实。"),
    ("TSME_HN", "河南省科技型中小企业（省备案）", "province", "省科技厅", "", "", False, "open", None, None,
     "与国家科技型中小企业不同，不计入培育库，除非主管部门另定。"),
    ("STG", "河南省科技小巨人（培育）企业", "province", "省科技厅",
     "豫科〔2017〕156号", "", False, "years_from_issue", 3, None, "历史项目。"),
    ("TLEAD", "科技领军企业", "province", "省、市科技部门", "科学技术进步法第三十九条", "", True, "open", None, None,
     "有效期待核实。"),
    ("UNI", "独角兽（潜在独角兽）企业", "province", "各发布单位", "", "", False, "open", None, None,
     "多为民间榜单，不计入培育库，除非主管部门另定。"),
]  # fmt: skip

DISTRICTS = [
    ("410102", "中原区", ["郑州市中原区"], ""),
    ("410103", "二七区", ["郑州市二七区"], ""),
    ("410104", "管城回族区", ["管城区", "郑州市管城区", "郑州市管城回族区"], ""),
    ("410105", "金水区", ["郑州市金水区"], ""),
    ("410106", "上街区", ["郑州市上街区"], ""),
    ("410108", "惠济区", ["郑州市惠济区", "邙山区"], "原邙山区"),
    ("410122", "中牟县", ["中牟", "郑州市中牟县"], ""),
    ("410181", "巩义市", ["巩义", "巩县", "郑州市巩义市"], "名单常与郑州市并列"),
    ("410182", "荥阳市", ["荥阳", "荥阳县", "郑州市荥阳市"], ""),
    ("410183", "新密市", ["新密", "密县", "郑州市新密市"], ""),
    ("410184", "新郑市", ["新郑", "新郑县", "郑州市新郑市"], ""),
    ("410185", "登封市", ["登封", "登封县", "郑州市登封市"], ""),
    ("410171", "郑州经济技术开发区", ["经开区", "郑州经开区", "经济技术开发区", "郑州市经开区"], "统计用代码"),
    ("410172", "郑州高新技术产业开发区",
     ["高新区", "郑州高新区", "高新技术产业开发区", "高新技术开发区", "郑州市高新区"], "统计用代码"),
    ("410173", "郑州航空港经济综合实验区",
     ["航空港区", "航空港实验区", "港区", "郑州航空港区", "郑州市航空港区", "郑州航空港实验区"],
     "统计用代码；名单常与郑州市并列"),
    ("4101ZD", "郑东新区", ["郑州郑东新区", "郑东", "郑州市郑东新区"], "无国家代码，本库自定"),
    ("410100", "郑州市", ["郑州", "市直", "市本级", "市辖区", "郑州市本级", "郑州市(本级)"], "名单只写到市的"),
]  # fmt: skip


def seed(apps, schema_editor):  # type: ignore[no-untyped-def]
    programme, rule = apps.get_model("registry", "Programme"), apps.get_model("registry", "ProgrammeRule")
    for position, row in enumerate(PROGRAMMES, start=1):
        code, name, level, body, basis, pattern, counts, period, years, grace, note = row
        made = programme.objects.create(
            code=code, name=name, level=level, body=body, basis=basis, number_pattern=pattern, counts=counts,
            position=position,
        )  # fmt: skip
        month, day = grace or (None, None)
        rule.objects.create(
            programme=made, effective_from=BEGINNING, period=period, years=years, grace_month=month, grace_day=day,
            note=note,
        )  # fmt: skip
    district = apps.get_model("registry", "District")
    for code, name, aliases, note in DISTRICTS:
        district.objects.create(code=code, name=name, aliases=aliases, note=note)


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_law")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
