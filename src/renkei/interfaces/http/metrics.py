"""Figures of the node in Prometheus' text format. Labels are routes, statuses and partners, who are few.

Layer: interfaces. No other name is a label: there may be any number of them, and they may say something.
"""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector

from renkei.interfaces.http.port import Headquarters

METHODS = frozenset({"GET", "POST", "DELETE", "HEAD", "PUT", "PATCH", "OPTIONS"})
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class _HeadquartersFigures:
    """Asks the headquarters for its figures whenever somebody collects."""

    def __init__(self, headquarters: Headquarters) -> None:
        self._headquarters = headquarters

    def describe(self) -> Iterator[Metric]:
        """Name nothing beforehand: what there is depends on the headquarters."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield one gauge for each figure, and one for each figure of the links."""
        for name, value in sorted(self._headquarters.numbers().items()):
            yield GaugeMetricFamily(f"renkei_{name}", f"{name.replace('_', ' ')} of this node", value=value)
        for name, values in sorted(self._headquarters.link_numbers().items()):
            text = f"{name.replace('_', ' ')} to this partner"
            family = GaugeMetricFamily(f"renkei_link_{name}", text, labels=("partner",))
            for partner, value in sorted(values.items()):
                family.add_metric((partner,), value)
            yield family


class Metrics:
    """Counts what the interface does."""

    def __init__(self, headquarters: Headquarters) -> None:
        """Begin at zero."""
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "renkei_http_requests", "Requests", ("method", "route", "status"), registry=self._registry
        )
        self.seconds = Histogram(
            "renkei_http_seconds", "Time to an answer", ("route",), buckets=SECONDS, registry=self._registry
        )
        self.streams = Gauge("renkei_http_streams", "Open streams of events", registry=self._registry)
        self.sign_ins = Counter(
            "renkei_sign_ins", "Attempts to sign in", ("result",), registry=self._registry
        )
        self._registry.register(_HeadquartersFigures(headquarters))
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        self.requests.labels(method if method in METHODS else "other", route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def to_text(self) -> bytes:
        """Return all figures."""
        return generate_latest(self._registry)
