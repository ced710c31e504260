"""Makes the files of the corpus that need another program, as `python -m tests.data.lists.once xls` or `… pdf`.

They are kept in the repository as they were made; made anew they differ in their bytes, not in what they say.

* `xls` needs xlwt, a library that nobody keeps up any more, hence in no requirements file;
* `pdf` needs a Chromium at /usr/bin/chromium and the font Noto Sans CJK.
"""

import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from tests.data.lists.make import PLAIN, A, B, C, firm
from tests.data.lists.writing import HERE, Cells


def old_workbooks() -> None:
    """Workbooks of the format before 2007."""
    xlwt = import_module("xlwt")

    def write(name: str, rows: Cells, *, hidden: Sequence[int] = ()) -> None:
        book = xlwt.Workbook(encoding="utf-8")
        page = book.add_sheet("名单")
        day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                page.write(at, column, cell, *([day] if isinstance(cell, date) else []))
        for number in hidden:
            page.row(number - 1).hidden = True
        book.save(str(HERE / name))

    write("plain.xls", PLAIN)
    write("hidden-row.xls", PLAIN, hidden=[3])
    write(
        "registration.xls",
        [
            ["企业名称", "统一社会信用代码", "注册日期", "企业类型", "法人代表", "注册资金", "经营范围", "所在省份",
             "地区", "注册地址"],
            [firm("甲"), A, date(2015, 6, 1), "有限公司", "某甲", "500万", "技术服务", "河南省", "郑州市", "金水区1号"],
            [firm("乙"), B, date(2016, 7, 2), "有限公司", "某乙", "100万", "软件", "河南省", "郑州市", "高新区2号"],
            ["洛阳示例丙科技有限公司", C, date(2017, 8, 3), "有限公司", "某丙", "200万", "机械", "河南省", "洛阳市",
             "涧西区3号"],
        ],
    )  # fmt: skip


def printed() -> None:
    """A list of two pages, its header repeated and each page numbered, as offices print it; and a scanned page."""
    head = "<tr><th>序号</th><th>企业名称</th><th>证书编号</th></tr>"
    row = "<tr><td>{0}</td><td>{1}</td><td>GR20254190000{0}</td></tr>"
    rows = [row.format(number, firm(which)) for number, which in enumerate("甲乙丙丁戊己", start=1)]
    page = "<div style='page-break-after:{}'>{}<table>{}{}</table><p>第 {} 页 共 2 页</p></div>"
    title = "<p>附件</p><p>2025年度高新技术企业名单</p><p>（共6家）</p>"
    style = "td,th{border:1px solid;padding:4px}table{border-collapse:collapse}body{font-family:'Noto Sans CJK SC'}"
    first = page.format("always", title, head, "".join(rows[:3]), 1)
    second = page.format("auto", "", head, "".join(rows[3:]), 2)
    with TemporaryDirectory() as folder:
        source = Path(folder) / "list.html"
        source.write_text(f"<meta charset=utf-8><style>{style}</style>{first}{second}", encoding="utf-8")
        browser = ["/usr/bin/chromium", "--headless", "--no-sandbox", "--no-pdf-header-footer"]
        subprocess.run([*browser, f"--print-to-pdf={HERE / 'two-pages.pdf'}", str(source)], check=True)
    Image.new("L", (600, 800), "white").save(HERE / "scanned.pdf", "PDF")


PARTS: dict[str, Callable[[], None]] = {"xls": old_workbooks, "pdf": printed}

if __name__ == "__main__":
    for name in sys.argv[1:]:
        PARTS[name]()
