"""Files made to harm: each is refused in words, at once, and without the memory that it asks for."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from registry import errors
from tests.conftest import rows_of

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>序号</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>企业名称</t></is></c></row>'
)
FIRM = '<c r="B{row}" t="inlineStr"><is><t>郑州某某科技有限公司</t></is></c>'


def workbook(path: Path, rows: str, *, before: str = "", dimension: str = "A1:B2") -> Path:
    """A workbook of one sheet whose rows' XML is given."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{RELATION}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'{before}<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>'
            '<sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{RELATION}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f'{before}<worksheet xmlns="{MAIN}"><dimension ref="{dimension}"/><sheetData>{HEAD}'
            f"{rows}</sheetData></worksheet>",
        )
    return path


def zip_bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (300 << 20))
    return path


def nested_entities(path: Path) -> Path:
    """The billion laughs."""
    entities = '<!ENTITY a "lol">' + "".join(
        f'<!ENTITY {name} "{f"&{chr(ord(name) - 1)};" * 10}">' for name in "bcdefghij"
    )
    row = '<row r="2"><c r="B2" t="inlineStr"><is><t>&j;有限公司</t></is></c></row>'
    return workbook(path, row, before=f"<!DOCTYPE x [{entities}]>")


def foreign_entity(path: Path) -> Path:
    """XXE: the file's name of one of ours, to be read into a cell."""
    row = '<row r="2"><c r="B2" t="inlineStr"><is><t>&x;有限公司</t></is></c></row>'
    return workbook(path, row, before='<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>')


def columns_without_end(path: Path) -> Path:
    """A csv of a million columns."""
    path = path.with_suffix(".csv")
    path.write_text("序号,企业名称" + "," * 1_000_000 + "\n1,郑州某某科技有限公司\n", encoding="utf-8")
    return path


def far_cell(path: Path) -> Path:
    return workbook(path, f'<row r="2">{FIRM.format(row=2)}</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def claim_of_two_gigabytes(path: Path) -> Path:
    """An archive whose directory says that a part unpacks to two gigabytes."""
    made = workbook(path, f'<row r="2">{FIRM.format(row=2)}</row>')
    content = bytearray(made.read_bytes())
    at = content.rindex(b"xl/worksheets/sheet1.xml") - 46  # its entry in the central directory
    content[at + 24 : at + 28] = (2 << 30).to_bytes(4, "little")
    made.write_bytes(bytes(content))
    return made


HOSTILE: dict[str, Callable[[Path], Path]] = {
    "zip bomb": zip_bomb,
    "nested entities": nested_entities,
    "foreign entity": foreign_entity,
    "a million columns": columns_without_end,
    "one far cell": far_cell,
    "a claim of two gigabytes": claim_of_two_gigabytes,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_file_made_to_harm_is_refused_or_harmless(case: str, tmp_path: Path) -> None:
    path = HOSTILE[case](tmp_path / "list.xlsx")
    try:
        rows = rows_of(path)
    except errors.FileRefused as refused:
        assert path.name in str(refused)
        return
    assert case in ("nested entities", "foreign entity")
    texts = "".join(cell for _number, cells in rows for cell in cells)
    assert "root:" not in texts
    assert "lollol" not in texts


def test_a_formula_is_read_as_its_value_and_never_run(tmp_path: Path) -> None:
    formula = '<c r="A2" t="str"><f>HYPERLINK("http://x")</f><v>1</v></c>'
    path = workbook(tmp_path / "list.xlsx", f'<row r="2">{formula}{FIRM.format(row=2)}</row>')
    assert rows_of(path)[1] == (2, ["1", "郑州某某科技有限公司"])
