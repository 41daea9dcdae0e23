"""Loading the catalogue. A first version, so that casework can stand on it; the catalogue's own replaces it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path

import yaml

from linli.core.access import Actor
from linli.core.calendar import now
from linli.services.catalogue.content import Item
from linli.services.catalogue.models import ItemVersion, ServiceItem

ITEMS = Path(__file__).parent / "items"


def load_items(folder: Path, *, by: Actor) -> None:
    """Publish every item of a folder that is not there yet."""
    for file in sorted(folder.glob("*.yaml")):
        item = Item.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
        content = item.model_dump(mode="json")
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        row, _made = ServiceItem.objects.get_or_create(code=item.code, defaults={"created_at": now()})
        if row.versions.filter(content_hash=digest).exists():
            continue
        ItemVersion.objects.create(
            item=row,
            number=row.versions.count() + 1,
            status="published",
            content=content,
            content_hash=digest,
            name=item.name.zh,
            department=item.department,
            domain=item.domain,
            search_text=" ".join([item.name.zh, *item.keywords]),
            valid_from=dt.date(2026, 1, 1),
            created_at=now(),
        )
