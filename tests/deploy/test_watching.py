"""Dashboard and alerts name nothing that the code does not export, and each alert has its page in the runbook."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest
import yaml

from linli.core.watch.counting import OURS
from linli.core.watch.exposition import Rooms
from linli.core.watch.gauges import gauges
from tests.house.pages import ROOT, sections

pytestmark = pytest.mark.any_database

DEPLOY = ROOT / "deploy"
ALERTS = DEPLOY / "prometheus" / "alerts.yml"
METRIC = re.compile(r"\blinli_[a-z_]+")
ENDINGS = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}


def rules() -> list[dict]:
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict]:
    return json.loads((DEPLOY / "grafana" / "linli.json").read_text(encoding="utf-8"))["panels"]


def asked() -> Iterator[tuple[str, str]]:
    """Yield each place with each metric that it names."""
    for rule in rules():
        yield from ((rule["alert"], name) for name in METRIC.findall(rule["expr"]))
    for panel in panels():
        for target in panel["targets"]:
            yield from ((panel["title"], name) for name in METRIC.findall(target["expr"]))


def exported() -> set[str]:
    counted = {family.name + ending for family in OURS.collect() for ending in ENDINGS[family.type]}
    return counted | {one.name for one in gauges()}


@pytest.fixture
def own(db: None) -> set[str]:
    """What the exposition adds of itself."""
    return {family.name for family in Rooms().collect()}


def test_every_metric_that_is_asked_for_is_exported(own: set[str]):
    assert [place for place in asked() if place[1] not in exported() | own] == []


def test_every_metric_that_is_exported_is_looked_at():
    looked_at = {name for _place, name in asked()}

    assert {one.name for one in gauges()} - looked_at == {"linli_audit_chains", "linli_worker_seen_timestamp_seconds"}


def test_every_alert_has_its_heading_in_the_runbook_and_every_heading_its_alert():
    headings = [name for name in sections((ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")) if name]

    assert sorted(name for name in headings if name.startswith("Linli")) == sorted(rule["alert"] for rule in rules())


def test_every_alert_says_how_much_it_weighs_and_what_is_the_matter():
    assert {rule["labels"]["severity"] for rule in rules()} == {"page", "ticket"}
    assert [rule["alert"] for rule in rules() if not rule["annotations"]["summary"].endswith(".")] == []


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs promtool, of Debian's package prometheus")
def test_prometheus_itself_reads_the_rules():
    told = subprocess.run(["promtool", "check", "rules", ALERTS], capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stdout + told.stderr
