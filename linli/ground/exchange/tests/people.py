"""Some hundred made-up people and a list that knows most of them, with faults and the truth beside it."""

from __future__ import annotations

import random
from typing import Any

SURNAMES = "柳苏白江文沈宋梁顾程罗袁"
GIVEN = "桂枝青禾木芷竹川芎半夏连翘远志当归石斛茯苓杜仲忍冬"
SOUNDS = {"青": "清", "芷": "止", "竹": "烛", "川": "穿", "远": "院", "志": "治", "木": "目", "石": "时", "归": "规"}
ROADS = ("竹湖园路", "西海岸街", "炳草岗大道", "机场路", "路南巷")


def made_up(count: int, *, seed: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, str]]:
    """Return registry rows, a list's rows, and the truth: row of the list → row of the registry.

    Of ten rows of the list one is a stranger; numbers are missing or damaged, names written by their sound, telephones
    changed, births off by a digit, addresses written another way. Families share address and telephone; some are twins.
    """
    rng = random.Random(seed)
    registry = [_person(rng, f"p{place}") for place in range(count)]
    for place in range(0, count - 1, 25):
        twin, other = registry[place], registry[place + 1]
        other |= {key: twin[key] for key in ("birth", "address", "phone", "sex")}
        other["name"] = twin["name"][0] + rng.choice([c for c in GIVEN if c not in twin["name"]])
        other["id_number"] = twin["id_number"][:14] + f"{(int(twin['id_number'][14:17]) + 2) % 1000:03d}X"
    given, truth = [], {}
    for place, person in enumerate(rng.sample(registry, count * 2 // 3)):
        row = _faulty(rng, person) | {"source": "list", "row_id": f"r{place}"}
        given.append(row)
        truth[row["row_id"]] = person["row_id"]
    for place in range(count // 15):
        given.append(_person(rng, f"s{place}") | {"source": "list"})
    rng.shuffle(given)
    return registry, given, truth


def _person(rng: random.Random, row_id: str) -> dict[str, Any]:
    birth = f"{rng.randint(1930, 2015)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    serial = rng.randint(0, 999)
    return {
        "source": "registry",
        "row_id": row_id,
        "name": rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.randint(1, 2))),
        "sex": "1" if serial % 2 else "2",
        "birth": birth,
        "id_number": f"519902{birth.replace('-', '')}{serial:03d}X",
        "phone": f"154{rng.randint(0, 99_999_999):08d}",
        "address": f"{rng.choice(ROADS)}{rng.randint(1, 90)}号{rng.randint(1, 12)}栋{rng.randint(1, 4)}单元{rng.randint(101, 620)}",
    }


def _faulty(rng: random.Random, person: dict[str, Any]) -> dict[str, Any]:
    row = dict(person)
    if rng.random() < 0.15:
        row["id_number"] = rng.choice(["", "无"])
    elif rng.random() < 0.08:
        place = rng.randint(6, 16)
        row["id_number"] = row["id_number"][:place] + str(rng.randint(0, 9)) + row["id_number"][place + 1 :]
    if rng.random() < 0.08:
        row["name"] = row["name"][0] + "".join(SOUNDS.get(c, c) for c in row["name"][1:])
    if rng.random() < 0.3:
        row["phone"] = rng.choice(["", f"154{rng.randint(0, 99_999_999):08d}"])
    if rng.random() < 0.04:
        row["birth"] = row["birth"][:8] + f"{rng.randint(1, 28):02d}"
    if rng.random() < 0.4:
        row["address"] = row["address"].replace("栋", "幢").replace("单元", "-")
    elif rng.random() < 0.2:
        row["address"] = f"{rng.choice(ROADS)}{rng.randint(1, 90)}号"
    return row
