"""The description of the interface made whole: every answer of every operation, with its media type and headers.

Law: what is not described is not answered; a test asks all that the description allows and holds the answers to it.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from pydantic import BaseModel

from pushes.api.problems import MEDIA_TYPE, Kind

TITLE = "郑州市科技型企业培育库 · 机构接口"
ABOUT = (
    "供与我们签约的金融机构的程序使用：取数据包、取名单与变动、按代码查询企业、确认收到。"
    "每个请求都要带接口密钥（Authorization: Bearer zzkj_…）；密钥只能看到本机构约定范围内的内容。"
    "每次取数和查询都留有回执。出错时一律按 RFC 9457 回答，content type 为 application/problem+json。"
    "用法、代码表和示例程序见机构门户的使用手册。"
)
JSON, ZIP, LINES = "application/json", "application/zip", "application/jsonl"
# What every operation may answer with.
USUAL = (
    Kind.BAD_REQUEST, Kind.KEY_REFUSED, Kind.NO_CONTRACT, Kind.INVALID_INPUT, Kind.TOO_MANY_REQUESTS,
    Kind.INTERNAL_ERROR, Kind.TEMPORARILY_UNAVAILABLE,
)  # fmt: skip
OF_BODIES = (Kind.MALFORMED_JSON, Kind.BODY_TOO_LARGE, Kind.MEDIA_TYPE_REFUSED)
FILES = {"fetchEditionPackage": ZIP, "fetchDeliveryPackage": ZIP, "fetchChanges": LINES}
_TEXT = {"type": "string"}
_HEADERS = {
    "Cache-Control": ("一律为 private, no-store。", True),
    "RateLimit-Policy": ("限额：各项的名称、额度 q、时段 w（秒）。", False),
    "RateLimit": ("各项限额本时段的剩余 r 和恢复前的秒数 t。", False),
}
_OF_STATUS = {
    401: {"WWW-Authenticate": ("Bearer。", True)},
    416: {"Content-Range": ("文件的总字节数：bytes */N。", True)},
    429: {"Retry-After": ("多少秒后再来。", True)},
    503: {"Retry-After": ("多少秒后再来。", False)},
}
_OF_FILES = {
    "ETag": ("内容的 SHA-256，带引号；带口令的没有。", False),
    "Accept-Ranges": ("bytes 可以续传；none 不可以（带口令的，每次不同）。", True),
    "Content-Disposition": ("文件名。", False),
}
_OF_PARTS = _OF_FILES | {"Content-Range": ("这一部分的位置：bytes 起-止/总字节数。", True)}
_ASKING = [
    ("Range", "续传：bytes=起- 或 bytes=起-止。只支持一段。", "bytes=1024-"),
    ("If-Range", "续传时带上首次的 ETag：内容若已不同，便从头发送。", '"9f86d081…"'),
    ("If-None-Match", "已有这个 ETag 的内容时，回答 304。", '"9f86d081…"'),
]


def described(schema: dict[str, Any], shapes: Iterable[type[BaseModel]]) -> dict[str, Any]:
    """The library's description, with what it cannot know; `shapes` are models that it has not met."""
    schema["info"]["contact"] = {"name": "银行使用手册", "url": f"{settings.SITE_ADDRESS}/institutions/manual/"}
    schema["servers"] = [{"url": settings.SITE_ADDRESS, "description": "本站"}]
    schema["components"]["securitySchemes"]["AccessKeyBearer"] |= {
        "description": "接口密钥，形如 zzkj_…；由工作人员或贵机构管理员生成，只显示一次，有有效期，可随时停用。",
        "bearerFormat": "zzkj_…",
    }
    for model in shapes:
        own = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schema["components"]["schemas"] |= own.pop("$defs", {}) | {model.__name__: own}
    for methods in schema["paths"].values():
        for operation in methods.values():
            _complete(operation)
    return schema


def _complete(operation: dict[str, Any]) -> None:
    scope = operation.pop("x-scope")
    named = operation.pop("x-problems")
    kinds = [*USUAL, *(kind for kind in Kind if kind.label in named and kind not in USUAL)]
    if operation.pop("x-body"):
        kinds += OF_BODIES
    if scope:
        kinds.append(Kind.SCOPE_MISSING)
        operation["description"] += f"\n\n需要权限 {scope}。"
    operation["security"] = [{"AccessKeyBearer": [scope] if scope else []}]
    media = FILES.get(operation["operationId"])
    if media:
        kinds += [Kind.RANGE_OUTSIDE, Kind.PRECONDITION_FAILED]
        _give_files(operation, media)
    else:
        (status,) = operation["responses"]
        words = "已收下，稍后处理。" if status == 202 else "成功。"
        operation["responses"][status] |= {"description": words, "headers": _told(_HEADERS)}
    for status in sorted({kind.status for kind in kinds}):
        operation["responses"][status] = _problems([kind for kind in kinds if kind.status == status])


def _give_files(operation: dict[str, Any], media: str) -> None:
    whole: dict[str, Any] = {"type": "string", "format": "binary"}
    if media == LINES:
        whole = {"type": "string", "description": "JSON Lines：每行一个 Change 对象。"}
    content = {media: {"schema": whole}}
    operation["parameters"] += [
        {"in": "header", "name": name, "required": False, "description": words, "schema": _TEXT, "example": example}
        for name, words, example in _ASKING
    ]
    operation["responses"] = {
        200: {"description": "全部内容。", "content": content, "headers": _told(_HEADERS | _OF_FILES)},
        206: {"description": "所要的部分。", "content": content, "headers": _told(_HEADERS | _OF_PARTS)},
        304: {"description": "内容没有变化。", "headers": _told(_HEADERS | {"ETag": ("同上次。", True)})},
    }


def _problems(kinds: list[Kind]) -> dict[str, Any]:
    status = kinds[0].status
    return {
        "description": "；".join(f"{kind.label}：{kind.title}" for kind in kinds) + "。",
        "headers": _told(_HEADERS | _OF_STATUS.get(status, {})),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {kind.label: {"summary": kind.title, "value": _example(kind)} for kind in kinds},
            }
        },
    }


def _example(kind: Kind) -> dict[str, Any]:
    return {"type": kind.uri, "title": kind.title, "status": kind.status}


def _told(headers: dict[str, tuple[str, bool]]) -> dict[str, Any]:
    return {
        name: {"description": words, "required": needed, "schema": _TEXT} for name, (words, needed) in headers.items()
    }
