"""Whose key it is: the first thing that a program asks, and what an operator looks at when something fails."""

from django.http import HttpRequest

from pushes.api import shapes
from pushes.api.entering import limits_of, machine_of
from pushes.api.interface import operation


@operation(
    "GET", "/whoami", name="whoami", summary="这把密钥", answer=shapes.Whoami, scope=None, tag="密钥",
)  # fmt: skip
def whoami(request: HttpRequest) -> shapes.Whoami:
    """密钥属于哪家机构、有哪些权限、何时失效、限额还剩多少。"""
    machine = machine_of(request)
    key, institution = machine
    of = institution.institution
    return shapes.Whoami(
        institution=of.code,
        institution_name=of.name,
        contract_until=of.contract_until,
        key=key.prefix,
        key_name=key.name,
        scopes=key.scopes,
        expires_at=key.expires_at,
        limits=[
            shapes.Limit(
                name=one.limit.name,
                quota=one.limit.most,
                window_seconds=one.limit.seconds,
                left=one.left,
                resets_in_seconds=one.resets,
            )
            for one in limits_of(request, machine)
        ],
    )
