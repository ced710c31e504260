"""An institution's part of an edition in plain Python: what the database must make of it. And random editions."""

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from enterprises.canonical import Record
from tests.pushes.making import recognition, record

PROGRAMMES = {"HNTE": "高新技术企业", "TSME": "科技型中小企业", "SRDI": "专精特新中小企业"}
DISTRICTS = {"410105": "金水区", "410102": "中原区"}
FLAGS = {"valid": "是", "grace": "待续"}


@dataclass(frozen=True)
class Wanted:
    """What was agreed on; districts by their code."""

    programmes: frozenset[str]
    districts: frozenset[str]
    include_name_only: bool

    def part(self, record: Record) -> Record | None:
        """The record as the institution may know it, or None."""
        districts = {DISTRICTS[code] for code in self.districts}
        if not (record["uscc"] or self.include_name_only) or (districts and record["district"] not in districts):
            return None
        kept = [one for one in record["recognitions"] if not self.programmes or one["programme"] in self.programmes]
        return {**record, "recognitions": kept} if kept else None

    def parts(self, records: Sequence[Record]) -> list[Record]:
        return [part for one in sorted(records, key=lambda one: one["id"]) if (part := self.part(one))]


def member_row(record: Record, first: str, programmes: Sequence[str]) -> dict[str, str]:
    """The member's row, by title; `first` is the edition in which it was seen first."""
    states: dict[str, set[str]] = {}
    for held in record["recognitions"]:
        states.setdefault(held["programme"], set()).add(held["state"])
    best = {programme: "valid" if "valid" in found else "grace" for programme, found in states.items()}
    return {
        "企业编号": record["id"],
        "统一社会信用代码": record["uscc"],
        "企业名称": record["name"],
        "曾用名": "；".join(record["former_names"]),
        "区县": record["district"],
        "识别方式": "代码识别" if record["uscc"] else "名称识别",
        "首次入库版次": first,
        **{PROGRAMMES[code]: FLAGS.get(best.get(code, ""), "") for code in PROGRAMMES if code in programmes},
    }


def recognition_rows(record: Record) -> list[dict[str, str | None]]:
    """The rows of its recognitions, by title; their lists are unknown to the registry."""
    return [
        {
            "企业编号": record["id"],
            "统一社会信用代码": record["uscc"],
            "企业名称": record["name"],
            "资质类别": PROGRAMMES[held["programme"]],
            "资质代码": held["programme"],
            "证书或登记编号": held["number"],
            "批次": held["batch"],
            "有效期起": held["valid_from"],
            "有效期至": held["valid_to"],
            "状态": {"valid": "有效", "grace": "到期待续"}[held["state"]],
            "来源名单": "",
            "文号": "",
            "公布日期": None,
            "来源链接": "",
            "来源编号": held["source"],
        }
        for held in record["recognitions"]
    ]


_held = st.builds(
    lambda programme, row, state, ends: recognition(
        programme, f"{programme}-1#{row}", state=state, valid_to="2028-01-09" if ends else None
    ),
    st.sampled_from(sorted(PROGRAMMES)),
    st.integers(1, 3),
    st.sampled_from(["valid", "grace"]),
    st.booleans(),
)
_records = st.builds(
    lambda number, name, coded, district, former, held: record(
        number,
        *sorted(held, key=lambda one: one["source"]),
        name=f"{name}企业第{number}号",
        uscc=None if coded else "",
        district=district,
        former_names=[f"旧{name}第{number}号"] if former else [],
    ),
    st.integers(1, 6),
    st.sampled_from(["甲", "=乙", '丙,"']),
    st.booleans(),
    st.sampled_from([*DISTRICTS.values(), ""]),
    st.booleans(),
    st.lists(_held, min_size=1, max_size=3, unique_by=lambda one: one["source"]),
)
pools = st.lists(_records, min_size=1, max_size=6, unique_by=lambda one: one["id"])
wishes = st.builds(
    Wanted,
    st.frozensets(st.sampled_from(sorted(PROGRAMMES)), max_size=2),
    st.frozensets(st.sampled_from(sorted(DISTRICTS)), max_size=1),
    st.booleans(),
)
