"""The interface as such: how an operation is put into it, read and described.

Law: each operation names its scope and every problem that it may answer with beside those that all of them may.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, cast

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.parser import Parser
from pydantic import BaseModel

from pushes.api.describing import ABOUT, TITLE, described
from pushes.api.entering import AccessKeyBearer, Body
from pushes.api.problems import Kind, tell_failures
from pushes.api.shapes import Change, Problem
from pushes.models import Scope

Operation = Callable[..., Any]


class JsonParser(Parser):
    """Reads a body. What is no JSON, or nested deeper than a thousand times, is refused by the reader itself."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        return cast(dict[str, Any], orjson.loads(request.body))


api = NinjaAPI(
    title=TITLE,
    version="1",
    description=ABOUT,
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    parser=JsonParser(),
)
tell_failures(api)
SHAPES: list[type[BaseModel]] = [Problem, Change]  # those that the library does not meet by itself


def operation(
    method: str,
    path: str,
    *,
    name: str,
    summary: str,
    answer: Any,
    scope: Scope | None,
    problems: Sequence[Kind] = (),
    cost: int = 1,
    body: Body | None = None,
    takes: Mapping[str, Any] | None = None,
    tag: str,
) -> Callable[[Operation], Operation]:
    """Put the view below into the interface; the words of its description are those of its docstring.

    `answer` may be of another status than 200: `{202: Shape}`. `takes` describes a body that the view itself reads:
    what is taken of which media type, models or schemas.
    """
    bearer = AccessKeyBearer(scope, cost=cost, body=body)
    put = api.api_operation(
        [method],
        path,
        auth=bearer,
        response=answer,
        operation_id=name,
        url_name=name,
        summary=summary,
        tags=[tag],
        openapi_extra={
            "x-scope": scope.value if scope else None,
            "x-problems": [kind.label for kind in problems],
            "x-body": body is not None,
            **({"requestBody": _described_body(takes)} if takes else {}),
        },
    )

    def added(view: Operation) -> Operation:
        put(view)
        models = view._ninja_operation.models  # type: ignore[attr-defined]
        bearer.query = {
            name for model in models if model.__ninja_param_source__ == "query" for name in model.__ninja_flatten_map__
        }
        return view

    return added


def _described_body(takes: Mapping[str, Any]) -> dict[str, Any]:
    content = {}
    for media, shape in takes.items():
        if isinstance(shape, type):
            SHAPES.append(shape)
            shape = {"$ref": f"#/components/schemas/{shape.__name__}"}
        content[media] = {"schema": shape}
    return {"required": True, "content": content}


def answered(content: bytes) -> HttpResponse:
    """An answer whose bytes are known before they go, since a receipt has their digest."""
    return HttpResponse(content, content_type="application/json; charset=utf-8")


@cache
def description() -> bytes:
    """The description of the interface, as OpenAPI 3.1 has it."""
    return orjson.dumps(
        described(api.get_openapi_schema(path_prefix="/api/v1/"), SHAPES),
        option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS,
    )
