"""The metrics page's text. Law: computed when asked, out of database and broker, so that all processes say the same."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime

import redis
from django.db import DatabaseError
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from config.watching import gauges, probing, queue, timing
from config.watching.gauges import MEANINGS, Gauge


class _Site(Collector):
    """Everything but the times of requests."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[Metric]:
        families: dict[str, GaugeMetricFamily] = {}
        for name, labels, value in _all(self._now):
            if name not in families:
                families[name] = GaugeMetricFamily(name, MEANINGS.get(name, name), labels=list(labels))
            families[name].add_metric(list(labels.values()), value)
        yield from families.values()


def text(now: datetime) -> bytes:
    """As Prometheus reads it."""
    registry = CollectorRegistry()
    registry.register(_Site(now))
    timing.register(registry)
    return generate_latest(registry)


def _all(now: datetime) -> Iterable[Gauge]:
    """What cannot be asked is left out: the probes say why."""
    facts = probing.look()
    found: list[Gauge] = [("registry_probe_ok", {"probe": fact.about}, float(fact.ok)) for fact in facts]
    try:
        waits = queue.waiting()
        found += [
            ("registry_queue_tasks", {}, waits.tasks),
            ("registry_queue_oldest_seconds", {}, waits.oldest_seconds),
        ]
    except redis.RedisError:
        pass
    if any(fact.about == "database" and fact.ok for fact in facts):
        with suppress(DatabaseError):
            found += gauges.gauges(now)
    return found
