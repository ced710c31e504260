"""All that the description allows is asked, and much that it does not: no answer that is not described, none of 5xx.

API_EXAMPLES says how many cases of each operation and kind (6); a longer search is API_EXAMPLES=500.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as searching
from hypothesis import strategies as st
from pytest_django import Settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from stdnum.cn import uscc

from enterprises.models import Edition
from enterprises.public_ids import public_id
from financing.models import Feedback, Way
from pushes import delivering
from pushes.models import Delivery
from tests.pushes.asking import key_of
from tests.pushes.making import institution, person, record, sealed_edition

EXAMPLES = int(os.environ.get("API_EXAMPLES", "6"))
LABEL, BEFORE = "ZZKJ-2026Q4-v1", "ZZKJ-2026Q2-v1"
CODE = "91410100MA0000001" + uscc.calc_check_digit("91410100MA0000001")
BODIES: dict[str, Any] = {
    "lookUpEnterprises": {"codes": [CODE, public_id(2), "x"]},
    "sendFeedback": {"lines": [{"uscc": CODE, "balance": "1.5"}]},
}
# A code with a fault and an edition before `since` have the form that the description gives, and are refused all the
# same; a part may lie beyond the end, and what If-Match names be another.
REFUSED = ["2xx", "3xx", "403", "404", "409", "410", "412", "416", "422", "429"]
CONFIG = {"checks": {"positive_data_acceptance": {"expected-statuses": REFUSED}}}


@pytest.fixture
def key(summer: Edition, settings: Settings) -> str:
    """Of the first of two institutions, each with three editions; the limits are out of the way."""
    for name in ("REQUESTS_PER_MINUTE", "INSTITUTION_REQUESTS_PER_MINUTE", "CODES_PER_DAY", "GUESSES_PER_MINUTE"):
        setattr(settings, f"API_{name}", 1_000_000)
    sealed_edition("2026Q4", [record(1, uscc=CODE), record(3)], previous=summer)
    officer: User = person("officer", None, staff=True)
    bank = institution("bank-a", programmes=["HNTE"])
    institution("bank-b")
    delivering.sweep(clock=timezone.now)
    return key_of(bank, officer)


@pytest.fixture
def interface(key: str) -> Iterator[Any]:
    """The interface in this process; its requests close no connection, since the test's transaction lives in it."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    config = SchemathesisConfig.from_dict(CONFIG)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), config=config)
    for signal in signals:
        signal.connect(close_old_connections)


def operations(interface: Any) -> list[Any]:
    found = [result.ok() for result in interface.get_all_operations()]
    assert len(found) == 14
    return found


def known() -> dict[str, Any]:
    """What there is, so that the search does not end at the door."""
    delivery = Delivery.objects.filter(channel__institution__code="bank-a").latest("edition__quarter")
    sent, _made = Feedback.objects.get_or_create(
        institution=delivery.channel.institution, quarter="2026Q4", delivery=delivery, way=Way.MACHINE,
        access_key="zzkj_00000000", defaults={"received_at": timezone.now()},
    )  # fmt: skip
    return {"label": LABEL, "code": CODE, "delivery_id": str(delivery.pk), "feedback_id": str(sent.pk)}


def cases(operation: Any, mode: GenerationMode) -> st.SearchStrategy[Any]:
    there = {name: value for name, value in known().items() if name in operation.path_parameters}
    anything: st.SearchStrategy[Any] = operation.as_strategy(generation_mode=mode)
    if not there:
        return anything
    since = {"query": {"since": BEFORE}} if operation.label.endswith("/changes") else {}
    return st.one_of(anything, operation.as_strategy(generation_mode=mode, path_parameters=there, **since))


def searched(strategy: st.SearchStrategy[Any], judge: Callable[[Any], None]) -> None:
    @searching(
        max_examples=EXAMPLES,
        derandomize=EXAMPLES < 100,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def run(case: Any) -> None:
        judge(case)

    run()


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_is_described(interface: Any, key: str, mode: GenerationMode) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    for operation in operations(interface):
        searched(cases(operation, mode), lambda case: case.call_and_validate(headers=headers))


@pytest.mark.parametrize("authorization", ["", "Bearer zzkj_00000000_wrong", "Basic YTpi"])
def test_without_a_key_it_is_401_and_described(interface: Any, authorization: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    checks = [
        schemathesis.checks.CHECKS.get_one(name)
        for name in (
            "status_code_conformance", "content_type_conformance", "response_headers_conformance",
            "response_schema_conformance",
        )
    ]  # fmt: skip

    def judge(case: Any) -> None:
        response = case.call(headers=headers)
        case.validate_response(response, checks=checks)
        assert response.status_code in (401, 404), response.status_code

    for operation in operations(interface):
        searched(cases(operation, GenerationMode.POSITIVE), judge)


def test_the_known_ones_are_answered(interface: Any, key: str) -> None:
    """The search above would pass where everything was refused."""
    headers, found = {"Authorization": f"Bearer {key}"}, {}
    for operation in operations(interface):
        there = {name: value for name, value in known().items() if name in operation.path_parameters}
        body = {"body": BODIES[operation.definition.raw["operationId"]]} if operation.body else {}
        query = {"since": BEFORE} if operation.label.endswith("/changes") else {}
        case = operation.Case(path_parameters=there, query=query, media_type="application/json", **body)
        response = case.call(headers=headers)
        found[operation.label] = response.status_code
        case.validate_response(response, headers=headers)
    assert set(found.values()) == {200, 202} and sum(found.values()) == 14 * 200 + 2, found
