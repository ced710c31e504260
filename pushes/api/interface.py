"""The interface as such: how an operation is put into it, read and described.

Law: each operation names its scope and every problem that it may answer with beside those that all of them may.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, cast

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.parser import Parser

from pushes.api.describing import ABOUT, TITLE, described
from pushes.api.entering import AccessKeyBearer
from pushes.api.problems import Kind, tell_failures
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
    body: bool = False,
    tag: str,
) -> Callable[[Operation], Operation]:
    """Put the view below into the interface; the words of its description are those of its docstring."""
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
            "x-body": body,
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


def answered(content: bytes) -> HttpResponse:
    """An answer whose bytes are known before they go, since a receipt has their digest."""
    return HttpResponse(content, content_type="application/json; charset=utf-8")


@cache
def description() -> bytes:
    """The description of the interface, as OpenAPI 3.1 has it."""
    return orjson.dumps(
        described(api.get_openapi_schema(path_prefix="/api/v1/")), option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
    )
