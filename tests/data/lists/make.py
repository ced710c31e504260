"""Makes the files of the corpus that are no plain text: `python -m tests.data.lists.make`, from the repository's root.

Plain UTF-8 texts and all expectations (`*.json`) are written by hand; this makes the others, each time byte for byte
alike. What needs a program of its own is made by `once`. The enterprises are made up; their codes carry right check
characters and a division that no registrar has.
"""

from collections.abc import Sequence
from datetime import date
from io import BytesIO

from PIL import Image

from tests.data.lists.writing import HERE, Cells, Formula, Sheet, document, spreadsheet, text, workbook

A, B, C, D, E = (
    "91410199MAM3ALLD12", "914101993532731438", "91410199MAKX28UL9U", "91410199270729985P", "91410199MA7FYEGGXW",
)  # fmt: skip
HEADER = ["序号", "企业名称", "统一社会信用代码", "区县"]


def firm(which: str) -> str:
    return f"郑州示例{which}科技有限公司"


PLAIN = [
    HEADER,
    ["1", firm("甲"), A, "金水区"],
    ["2", firm("乙"), B, "高新区"],
    ["3", firm("丙"), C, "中牟县"],
]


def lines(rows: Sequence[Sequence[str]]) -> str:
    return "".join(",".join(row) + "\r\n" for row in rows)


def headers() -> None:
    """What stands above the rows."""
    workbook("plain.xlsx", Sheet(PLAIN))
    workbook(
        "title-rows.xlsx",
        Sheet(
            [
                ["附件1"],
                ["2025年度高新技术企业名单"],
                ["（共5家，排名不分先后）"],
                [],
                ["", "序号", "企业名称", "证书编号"],
                ["", 1, firm("甲"), "GR202541900001"],
                ["", 2, firm("乙"), "GR202541900002"],
                ["", 3, firm("丙"), "GR202541900003"],
                ["", 4, firm("丁"), "GR202541900004"],
            ],
            merged=["A2:D2", "A3:D3"],
        ),
    )
    workbook(
        "two-row-header.xlsx",
        Sheet(
            [
                ["序号", "企业名称", "证书", None, "所属区县"],
                [None, None, "证书编号", "发证日期", None],
                [1, firm("甲"), "GR202541900001", "2025-10-28", "二七区"],
                [2, firm("乙"), "GR202541900002", "2025-10-28", "新密市"],
                [3, firm("丙"), "GR202541900003", "2025-10-28", "巩义市"],
            ],
            merged=["A1:A2", "B1:B2", "C1:D1", "E1:E2"],
        ),
    )
    workbook(
        "two-row-rename.xlsx",
        Sheet(
            [
                ["序号", "企业名称", None, "证书编号"],
                [None, "更名前", "更名后", None],
                [1, firm("旧甲"), firm("甲"), "GR202341900001"],
                [2, firm("旧乙"), firm("乙"), "GR202341900002"],
            ],
            merged=["A1:A2", "B1:C1", "D1:D2"],
        ),
    )
    workbook("header-only.xlsx", Sheet([["附件1"], ["序号", "企业名称"], [], ["备注：无"]]))
    workbook("no-names.xlsx", Sheet([["序号", "产品", "规格"], [1, "轴承", "A"], [2, "齿轮", "B"]]))
    workbook("empty-sheet.xlsx", Sheet([]))


def layouts() -> None:
    """Where the rows lie."""
    workbook(
        "merged-district.xlsx",
        Sheet(
            [
                ["区县", "企业名称", "统一社会信用代码"],
                ["金水区", firm("甲"), A],
                [None, firm("乙"), B],
                [None, firm("丙"), C],
                ["荥阳市", firm("丁"), D],
                [None, firm("戊"), E],
            ],
            merged=["A2:A4"],
        ),
    )
    workbook(
        "two-blocks.xlsx",
        Sheet(
            [
                ["附件"],
                ["序号", "企业名称", "区县", "序号", "企业名称", "区县"],
                [1, firm("甲"), "金水区", 4, firm("丁"), "惠济区"],
                [2, firm("乙"), "高新区", 5, firm("戊"), "上街区"],
                [3, firm("丙"), "中原区", 6],
            ],
        ),
    )
    workbook(
        "furniture.xlsx",
        Sheet(
            [
                ["序号", "企业名称", "统一社会信用代码"],
                [1, firm("甲"), A],
                [2, firm("乙"), B],
                ["第 1 页 共 2 页"],
                [],
                ["序号", "企业名称", "统一社会信用代码"],
                [3, firm("丙"), C],
                ["第 2 页 共 2 页"],
                ["合计", "3家"],
                ["备注：排名不分先后，以证书为准。"],
            ],
        ),
    )
    sections: Cells = [
        ["序号", "企业名称"],
        ["一、金水区（1家）"],
        [1, firm("甲")],
        ["二、高新区（1家）"],
        [1, firm("乙")],
    ]
    workbook("sections.xlsx", Sheet(sections, merged=["A2:B2", "A4:B4"]))
    taking: Cells = [["序号", "企业名称"], ["一、通过复核企业"], [1, firm("甲")], ["二、取消资格企业"], [1, firm("乙")]]
    workbook("sections-taking.xlsx", Sheet(taking, merged=["A2:B2", "A4:B4"]))
    workbook("hidden-rows.xlsx", Sheet(PLAIN, hidden=[3, 4]))
    several = {"附件1": Sheet(PLAIN), "附件2": Sheet([["序号", "企业名称"], [1, firm("丁")]]), "空": Sheet([])}
    workbook("sheets.xlsx", several)


def contents() -> None:
    """What stands in the cells of workbooks."""
    workbook(
        "line-breaks.xlsx",
        Sheet(
            [
                ["序号", "企业\n名称", "统一社会\n信用代码"],
                [1, "郑州示例甲\n科技有限公司", A],
                [2, "郑州示例乙\u3000科技\u00a0有限公司", B],
                [3, "郑州示例\u200b丙科技\ufeff有限公司", f" {C}\u00a0"],
                [4, " 郑州示例丁科技有限公司 ", "9141 0199 2707 2998 5P"],
            ],
        ),
    )
    workbook(
        "glued.xlsx",
        Sheet(
            [
                ["序号", "企业名称"],
                [1, f"{firm('甲')}（原{firm('旧甲')}）"],
                [2, f"{firm('乙')}*"],
                [3, f"{firm('丙')}（更名）"],
                [4, "郑州示例丁（集团）有限公司"],
                [5, "示例戊（郑州）科技有限公司"],
                [6, f"{firm('己')}(原名称：{firm('旧己')})*"],
            ],
        ),
    )
    workbook("code-as-name.xlsx", Sheet([["序号", "企业名称", "区县"], [1, A, "金水区"], [2, firm("乙"), "金水区"]]))
    workbook(
        "codes-as-numbers.xlsx",
        Sheet(
            [
                HEADER[:3],
                [1, firm("甲"), 914101993532731438],
                [2, firm("乙"), "9.14101E+17"],
                [3, firm("丙"), "914101993532731000"],
                [4, firm("丁"), f"'{D}"],
                [5, firm("戊"), f"‘{E.lower()}"],
            ],
        ),
    )
    workbook(
        "dates.xlsx",
        Sheet(
            [
                ["序号", "企业名称", "发证日期", "有效期至"],
                [1, firm("甲"), date(2025, 10, 28), date(2028, 10, 27)],
                [2, firm("乙"), 45958, 47053],
                [3, firm("丙"), "2025年10月28日", "2028.10.27"],
                [4, firm("丁"), "20251028", "2028/10/27"],
                [5, firm("戊"), "2025年10月", "长期"],
                [6, firm("己"), "2025-10-28", "三年"],
            ],
        ),
    )
    workbook(
        "cell-errors.xlsx",
        Sheet(
            [
                HEADER,
                [1, firm("甲"), Formula("=VLOOKUP(B2,C5:D6,2,0)", "#N/A"), "金水区"],
                [2, firm("乙"), "#REF!", "高新区"],
                [3, "#N/A", C, "高新区"],
            ],
        ),
    )
    workbook(
        "formulas.xlsx",
        Sheet(
            [
                HEADER,
                [Formula("=ROW()-1", 1), Formula('="郑州示例"&"甲科技有限公司"', firm("甲")), A, "金水区"],
                [Formula("=ROW()-1", 2), Formula('="郑州示例"&"乙科技有限公司"', firm("乙")), B, "高新区"],
                [Formula("=ROW()-1", 3), Formula('=B9&""', ""), C, "高新区"],
            ],
        ),
    )
    workbook(
        "persons.xlsx",
        Sheet(
            [
                ["序号", "企业名称", "法定代表人", "联系人", "联系电话", "统一社会信用代码"],
                [1, firm("甲"), "某甲", "某乙", "0371-00000000", A],
                [2, firm("乙"), "某丙", "某丁", 37100000000, B],
            ],
        ),
    )


def real_layouts() -> None:
    """Layouts of lists that were published, with made-up enterprises."""
    workbook(
        "innocom-filing.xlsx",
        Sheet(
            [
                ["附件"],
                ["河南省认定机构2025年认定报备的第一批高新技术企业备案名单"],
                ["序号", "企业名称", "证书编号"],
                [1, firm("甲"), "GR202541900001"],
                [2, firm("乙"), "GS202541900002"],
                [3, firm("丙"), "GR202511900003"],
            ],
        ),
    )
    workbook(
        "innocom-rename.xlsx",
        Sheet(
            [
                ["河南省高新技术企业更名名单"],
                ["序号", "企业原名称", "企业现名称", "证书编号", "发证日期"],
                [1, firm("旧甲"), firm("甲"), "GR202341900001", "2023年11月22日"],
                [2, firm("乙"), firm("乙"), "GR202341900002", "2023年11月22日"],
                [3, None, firm("丙"), "GR202341900003", "2023年11月22日"],
            ],
        ),
    )
    workbook(
        "henan-demonstration.xlsx",
        Sheet(
            [
                ["附件"],
                ["2020年河南省技术创新示范企业名单"],
                ["序号", "属地", "企业名称"],
                [1, "郑州市", firm("甲")],
                [2, "巩义市", firm("乙")],
                [3, "洛阳市", "洛阳示例丙科技有限公司"],
                [4, "济源示范区", "济源示例丁科技有限公司"],
            ],
        ),
    )
    workbook(
        "incubator.xlsx",
        Sheet(
            [
                [
                    "在孵企业帐号(18位统一社会信用代码)", "企业名称", "是否高新技术企业", "高新技术企业证书编号",
                    "是否是科技型中小企业", "科技型中小企业登记编码", "是否创新型中小企业", "是否专精特新中小企业",
                    "是否专精特新“小巨人”企业",
                ],
                [A, firm("甲"), "是", "GR202541900001", "是", "202641019909000001", "是", "否", "否"],
                [B, firm("乙"), "否", None, "是", "2026410199A9000002", "否", "否", "否"],
                [C, firm("丙"), "是", "GR202541900003", "否", None, "否", "是", "否"],
            ],
        ),
    )  # fmt: skip


def other_formats() -> None:
    """The same list in the formats and encodings that lists have."""
    text("plain-bom.csv", lines(PLAIN), "utf-8-sig")
    text("plain-gb18030.csv", lines(PLAIN), "gb18030")
    (HERE / "plain-utf16.csv").write_bytes(b"\xff\xfe" + lines(PLAIN).encode("utf-16-le"))
    text("utf16-unmarked.csv", lines(PLAIN), "utf-16-le")
    text("nul.csv", lines([HEADER, ["1", "郑州示例\0甲科技有限公司", A, "金水区\0"], *PLAIN[2:]]), "utf-8")
    brackets = [
        ["序号", "企业名称"],
        ["1", "示例甲(郑州)科技有限公司"],
        ["2", "示例甲（郑州）科技有限公司"],
        ["3", "郑州示例乙〔集团〕有限公司"],
    ]
    text("brackets-gb18030.csv", lines(brackets), "gb18030")
    spreadsheet("plain.ods", PLAIN)
    spreadsheet("hidden-row.ods", PLAIN, hidden=[3])
    document(
        "annex.docx",
        ["附件2", "2025年度郑州市科技型企业名单", "（共3家）"],
        [
            ["序号", "区县", "企业名称", "统一社会信用代码"],
            ["1", "金水区", firm("甲"), A],
            ["2", "", firm("乙"), B],
            ["3", "新郑市", firm("丙"), C],
        ],
        ["备注：排名不分先后。"],
        merged=[(1, 1, 2)],
    )
    document("letter.docx", ["关于公布名单的通知", "各区县科技局：", "现将名单予以公布。"], [["附件", "另发"]])


def no_lists() -> None:
    """Files that are not what their names say, or hold no list."""
    (HERE / "empty.csv").write_bytes(b"")
    (HERE / "old.doc").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504))
    photo = BytesIO()
    Image.new("RGB", (60, 20), "white").save(photo, "JPEG")
    (HERE / "photo.xlsx").write_bytes(photo.getvalue())
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in PLAIN)
    text("web-page.xls", f"<html><body><table>{table}</table></body></html>", "utf-8")
    text("text-named.xlsx", lines(PLAIN), "utf-8")
    whole = (HERE / "plain.xlsx").read_bytes()
    (HERE / "workbook-named.csv").write_bytes(whole)
    (HERE / "workbook-named.mdb").write_bytes(whole)
    (HERE / "cut-off.xlsx").write_bytes(whole[: len(whole) // 2])
    damaged = bytearray(whole)  # one part's checksum, in the archive's directory
    damaged[whole.rindex(b"xl/_rels/workbook.xml.rels") - 46 + 16] ^= 0xFF
    (HERE / "damaged-part.xlsx").write_bytes(damaged)


if __name__ == "__main__":
    for part in (headers, layouts, contents, real_layouts, other_formats, no_lists):
        part()
