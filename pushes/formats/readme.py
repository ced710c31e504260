"""The README in a package, for people (pure).

Law: its commands are run as they stand, in the unpacked folder; a test does so. UTF-8 with a mark and CR LF, under an
ASCII name: the oldest Notepad reads it, and the oldest unzip tool writes its name rightly.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pushes import manifest
from pushes.formats import points, words
from pushes.formats.offered import ANNEXES
from pushes.manifest import EditionFacts, KeyFacts, Resource

_COLUMNS = {
    words.PUBLIC_ID: "本库给每家企业的编号，长期不变；各表以它相连",
    words.CODE: "18位代码，按文本处理；名单未载明代码的企业为空",
    words.NAME: "现用名称",
    words.FORMER_NAMES: f"以“{words.SEPARATOR}”分隔",
    words.DISTRICT: "所在区县（市）、开发区",
    words.FIRST_EDITION: "本库哪个版本起列入该企业",
    words.KNOWN_BY: f"“{words.BY_CODE}”或“{words.BY_NAME}”；后者没有代码，使用前请再核对",
    words.PROGRAMME: "资质的名称",
    words.PROGRAMME_CODE: "资质的代码，长期不变",
    words.NUMBER: "证书编号或入库登记编号",
    words.BATCH: "认定批次",
    words.VALID_FROM: "有效期第一日",
    words.VALID_TO: "有效期最后一日（含当日）；空为未定期限",
    words.STATE: f"“{words.STATES['valid']}”或“{words.STATES['grace']}”",
    words.TITLE: "公布该资质的名单",
    words.DOCUMENT: "该名单的文号",
    words.PUBLISHED: "该名单公布的日期",
    words.URL: "该名单的网址",
    words.SOURCE: "名单编号与行号，查证时报此号",
    words.LIST: "专项名单的名称；列入名单不等于具有资质",
    words.LIST_CODE: "专项名单的代码，长期不变",
    words.POINTS: "积分的名称；积分不是资质",
    words.POINTS_CODE: "积分的代码，长期不变",
    words.YEAR: "积分所属年度，每家企业只列最近一年",
    words.TOTAL: "总分，空为名单未载明",
    words.GRADE: "积分等级，空为名单未载明",
    words.CHANGE: "、".join(words.KINDS.values()),
    words.CAUSES_TITLE: f"变动的原因；多项以“{words.SEPARATOR}”分隔",
    words.BEFORE: "与原因逐项对应",
    words.AFTER: "与原因逐项对应",
    words.EVIDENCE: "来源编号，与原因逐项对应",
    words.EVIDENCE_LISTS: "来源名单，与原因逐项对应",
}
_PROGRAMME_CELL = f"该资质：“{words.FLAGS['valid']}”为有效，“{words.FLAGS['grace']}”为到期待续，空为没有"
_INDICATOR_CELL = "该项指标的数值，以名单所载为准；空为名单未载明"
_RULE = "=" * 40


@dataclass(frozen=True)
class Facts:
    """What the README tells of: `keys_page` is the address of the public keys, `contact` whom to ask (may be empty)."""

    edition: EditionFacts
    key: KeyFacts
    files: Sequence[Resource]
    keys_page: str
    contact: str


def written(facts: Facts) -> bytes:
    """The README as it stands in the package."""
    parts = (_what, _tables, _checking, _applying, _asking)
    lines = [line for part in parts for line in (*part(facts), "")]
    return b"\xef\xbb\xbf" + "\r\n".join(lines).encode()


def _heading(text: str) -> list[str]:
    return [text, _RULE]


def _what(facts: Facts) -> Iterable[str]:
    edition = facts.edition
    before = edition["previous"]
    yield from _heading(words.edition_title(edition["quarter"], edition["version"], urgent=edition["kind"] == "urgent"))
    yield f"版本：{edition['edition']}"
    yield f"数据截止日：{edition['as_of']}"
    yield f"与之比较的上一版本：{before['edition'] if before else '无'}"
    yield f"下一版本应于 {manifest.next_of(edition['quarter'])['due_on']} 推送；逾期未收到，请与我们联系。"
    yield "本包按贵机构约定的范围编制，仅限协议约定的用途。列入企业以公布名单为据，不构成任何授信建议。"


def _tables(facts: Facts) -> Iterable[str]:
    yield from _heading("一、文件与各列")
    for file in facts.files:
        encoding = f"，编码 {file['encoding'].upper()}" if "encoding" in file else ""
        yield f"{file['path']}：{file['title']}，{file['rows']} 行（不含表头）{encoding}"
    explained: set[str] = set()
    for file in facts.files:
        for column in manifest.columns_of(file):
            if column not in explained:
                explained.add(column)
                yield f"  {column}：{_COLUMNS.get(column, _other_cell(file))}"
    yield f"csv 与 xlsx 中，以 = + - @ 等开头的内容前加了一个撇号，以免被电子表格当作公式执行；{_raw(facts)}"


def _other_cell(file: Resource) -> str:
    """A column that the catalogue names: of an indicator, or of a programme."""
    return _INDICATOR_CELL if file["title"] == words.TABLES[points.NAME] else _PROGRAMME_CELL


def _raw(facts: Facts) -> str:
    raw = [file["path"] for file in facts.files if file["format"] in ("jsonl", "parquet")]
    return f"原文见 {'、'.join(raw)}。" if raw else "本包不含未加撇号的格式。"


def _checking(facts: Facts) -> Iterable[str]:
    key = facts.key
    names = " ".join([file["path"] for file in facts.files] + [manifest.README])
    public = f"zzkj-{key['id']}.pem"
    yield from _heading("二、核对真伪与完整")
    yield "只需 OpenSSL（3.0 或更高版本）。先把本包解压到一个文件夹，在该文件夹中逐条执行下列命令。"
    yield f"1. 从机构门户“公钥”页下载公钥 {public}，放入该文件夹：{facts.keys_page}"
    yield "   公钥不放在包里：能换掉本包的人也能换掉包里的公钥。"
    yield "2. 核对公钥指纹。下面第二条命令的结果应与公钥页、以及签约时书面告知的指纹一致："
    yield f"    openssl pkey -pubin -in {public} -outform DER -out public-key.der"
    yield "    openssl dgst -sha256 public-key.der"
    yield f"   指纹：{key['fingerprint']}"
    yield f"3. 核对签名。应显示 Signature Verified Successfully；否则 {manifest.NAME} 不是我们签发的，请勿使用本包："
    yield f"    openssl pkeyutl -verify -pubin -inkey {public} -rawin -in {manifest.NAME} -sigfile {manifest.SIGNATURE}"
    yield f"4. 核对文件。每个文件的结果应与 {manifest.NAME} 中该文件的 hash（sha256: 之后的部分）一致："
    yield f"    openssl dgst -sha256 {names}"
    yield "   使用国密摘要的，结果应与该文件的 sm3 一致："
    yield f"    openssl dgst -sm3 {names}"
    yield f"5. 核对新旧。{manifest.NAME} 中的 edition 应晚于贵机构已收到的版本：签名不能防止旧包冒充新包。"


def _applying(facts: Facts) -> Iterable[str]:
    yield from _heading("三、更新")
    yield "整表替换：以本包的企业名单替换上一版本的企业名单，最为稳妥。"
    yield f"按变动更新：逐行处理变动明细。“{words.KINDS['removed']}”的，删除该{words.PUBLIC_ID}的行；"
    yield f"其余的，写入或改写该行，新值在{words.CODE}、{words.NAME}和“{words.EVIDENCE_LISTS}”之后的各列中。"
    yield "结果与本包的企业名单一致。"
    beside = [
        words.TABLES[name] for name in ANNEXES if any(file["title"] == words.TABLES[name] for file in facts.files)
    ]
    if beside:
        yield f"{'、'.join(beside)}是附表，只列在库企业，不在变动明细中：每版整表替换。列入附表不是在库的依据。"
    before = facts.edition["previous"]
    if before:
        yield f"按变动更新以贵机构持有 {before['edition']} 为前提；漏收过版本的，请整表替换，或依次处理每个版本。"
    else:
        yield "本包没有可与之比较的上一版本，变动明细为空：请整表替换。"


def _asking(facts: Facts) -> Iterable[str]:
    yield from _heading("四、联系")
    yield f"问题请洽：{facts.contact or '贵机构协议中载明的联系人'}"
    yield f"请报版本 {facts.edition['edition']}；就某家企业提问的，并报{words.PUBLIC_ID}与{words.SOURCE}。"
