"""Editions for machines: which there are, what is in them, their packages, and the word that one arrived.

Law: a receipt is written before the first byte; what was withdrawn is told as withdrawn and not handed out.
"""

import logging
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from ninja import Path, Query

from enterprises.models import EditionKind, EditionState
from enterprises.visitors import network_address
from pushes import errors, receipts
from pushes.access import Access
from pushes.api import shapes
from pushes.api.entering import Machine, machine_of
from pushes.api.interface import operation
from pushes.api.problems import AGAIN_SECONDS, Kind, problem
from pushes.api.shapes import LABEL, LABEL_FORM, LabelAsked
from pushes.handing_out import package_sent
from pushes.models import Delivery, Scope
from pushes.passwords import has_one

logger = logging.getLogger(__name__)

TAG = "版本"
_OF_LABELS = (Kind.NOT_FOUND, Kind.NO_SUCH_EDITION)


@operation(
    "GET", "/editions", name="listEditions", summary="版本列表", answer=shapes.Editions, scope=Scope.FETCH, tag=TAG,
)  # fmt: skip
def editions(
    request: HttpRequest,
    limit: Annotated[int, Query(ge=1, le=100, description="每页多少个。")] = 20,
    cursor: Annotated[str | None, Query(pattern=LABEL_FORM, description="上一页的 next。", example=LABEL)] = None,
) -> shapes.Editions:
    """推送给本机构的全部版本，新的在前；已撤回的也在其中，并写明原因。"""
    access = machine_of(request).access
    page = access.deliveries_after(cursor)[: limit + 1]
    locked = has_one(access.institution)
    items = [_edition(delivery, locked=locked) for delivery in page[:limit]]
    return shapes.Editions(items=items, next=items[-1].label if len(page) > limit else None)


@operation(
    "GET", "/editions/{label}", name="getEdition", summary="一个版本", answer=shapes.Edition, scope=Scope.FETCH,
    tag=TAG, problems=_OF_LABELS,
)  # fmt: skip
def edition(request: HttpRequest, label: LabelAsked) -> shapes.Edition:
    """一个版本的数量、摘要、上一版本、状态和数据包。"""
    access = machine_of(request).access
    return _edition(_told(access, label), locked=has_one(access.institution))


@operation(
    "GET", "/editions/{label}/package", name="fetchEditionPackage", summary="按版本取数据包", answer=None,
    scope=Scope.FETCH, tag=TAG, problems=[*_OF_LABELS, Kind.EDITION_WITHDRAWN],
)  # fmt: skip
def edition_package(request: HttpRequest, label: LabelAsked) -> HttpResponseBase:
    """这个版本的 zip 数据包。中断后可用 Range 续传；带口令的每次不同，不能续传。"""
    machine = machine_of(request)
    return _package(request, machine, machine.access.standing(label))


@operation(
    "GET", "/deliveries/{uuid:delivery_id}/package", name="fetchDeliveryPackage", summary="按推送编号取数据包",
    answer=None, scope=Scope.FETCH, tag=TAG, problems=[Kind.NOT_FOUND, Kind.NO_SUCH_DELIVERY],
)  # fmt: skip
def delivery_package(
    request: HttpRequest,
    delivery_id: Annotated[UUID, Path(..., description="推送编号，与通知的 webhook-id 一致。")],
) -> HttpResponseBase:
    """通知中 fetch 所写的地址。其余与按版本取包相同。"""
    machine = machine_of(request)
    try:
        delivery = machine.access.fetchable().get(pk=delivery_id)
    except Delivery.DoesNotExist:
        return problem(Kind.NO_SUCH_DELIVERY)
    return _package(request, machine, delivery)


@operation(
    "POST", "/editions/{label}/acknowledgement", name="acknowledgeEdition", summary="确认收到",
    answer=shapes.Acknowledged, scope=Scope.ACKNOWLEDGE, tag=TAG, problems=[*_OF_LABELS, Kind.EDITION_WITHDRAWN],
)  # fmt: skip
def acknowledge(request: HttpRequest, label: LabelAsked) -> shapes.Acknowledged:
    """说明本机构已收到并核对了这个版本。同一把密钥再次确认，仍以首次为准。不需要请求体。"""
    machine = machine_of(request)
    delivery = machine.access.standing(label)
    receipt = receipts.acknowledged(
        delivery=delivery, by=None, key=machine.key.prefix, address=network_address(request), now=timezone.now()
    )
    return shapes.Acknowledged(edition=delivery.edition.label, acknowledged_at=receipt.at, key=receipt.key)


def _told(access: Access, label: str) -> Delivery:
    """What was delivered; or is under way, where a notice told of it."""
    try:
        return access.standing(label)
    except errors.EditionWithdrawn:
        return access.shown(label)


def _package(request: HttpRequest, machine: Machine, delivery: Delivery) -> HttpResponseBase:
    package = delivery.package
    assert package is not None  # noqa: S101 - a condition of what may be fetched
    key, address = machine.key.prefix, network_address(request)
    try:
        return package_sent(
            request,
            institution=machine.access.institution,
            package=package,
            label=delivery.edition.label,
            noted=lambda: receipts.downloaded(delivery=delivery, by=None, key=key, address=address, now=timezone.now()),
        )
    except (OSError, errors.SecretUnreadable):
        logger.exception("package %s cannot be handed out", package)
        return problem(Kind.TEMPORARILY_UNAVAILABLE, headers={"Retry-After": str(AGAIN_SECONDS)})


def _edition(delivery: Delivery, *, locked: bool) -> shapes.Edition:
    edition, package, profile = delivery.edition, delivery.package, delivery.profile
    assert package is not None and edition.sealed_at is not None  # noqa: S101 - constraints hold it
    stands = edition.state == EditionState.SEALED
    since = package.since
    return shapes.Edition(
        label=edition.label,
        kind="urgent" if edition.kind == EditionKind.URGENT else "quarter",
        quarter=edition.quarter,
        version=edition.version,
        as_of=edition.as_of,
        sealed_at=edition.sealed_at,
        delivered_at=delivery.delivered_at,
        state="sealed" if stands else "withdrawn",
        withdrawn_reason=None if stands else edition.withdrawn_reason,
        digest=edition.digest,
        previous=shapes.Previous(label=since.label, digest=since.digest) if since else None,
        members=package.members,
        added=package.added,
        removed=package.removed,
        changed=package.changed,
        delivery=delivery.pk,
        package=shapes.Package(size=package.size, sha256=package.sha256, locked=locked) if stands else None,
        cut=shapes.Cut(
            programmes=sorted(set(profile.programmes)),
            districts=sorted(set(profile.districts)),
            include_name_only=profile.include_name_only,
            columns=sorted(set(profile.columns)),
            annexes=sorted(set(profile.annexes)),
        ),
    )
