"""Made-up people: names of plants and medicines, identity numbers that nobody bears, telephones that ring nowhere."""

# untranslated: what made-up people are called, say and hold

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

SURNAMES = "柳白文苏杜江叶林梅兰桑艾麦甘石钟方余姜华黄安景连香松柏桂荷茅"
GIVEN = [
    "桂枝",
    "半夏",
    "当归",
    "紫苏",
    "茯苓",
    "远志",
    "甘草",
    "青禾",
    "白术",
    "丹参",
    "玉竹",
    "百合",
    "南星",
    "忍冬",
    "佩兰",
    "木香",
    "沉香",
    "连翘",
    "天冬",
    "麦冬",
    "山栀",
    "川芎",
    "石斛",
    "黄芪",
    "秋葵",
    "凌霄",
    "紫菀",
    "辛夷",
    "杜若",
    "蘅芜",
    "芍药",
    "扶桑",
    "合欢",
    "蒲英",
    "苁蓉",
    "菖蒲",
    "雪见",
    "景天",
    "飞蓬",
    "白薇",
    "青黛",
    "朱砂",
    "款冬",
    "海棠",
    "木槿",
    "石榴",
    "枇杷",
    "芙蓉",
]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
AGES = (
    (0, 2, 3), (3, 13, 8), (14, 17, 5), (18, 29, 12), (30, 44, 18), (45, 59, 20), (60, 69, 14), (70, 79, 11),
    (80, 89, 9), (90, 97, 3), (100, 104, 0.4),
)  # fmt: skip
"""From, to, weight: more old people than the city has, since most items are theirs."""


@dataclass(frozen=True)
class MadeUp:
    """A person of the demonstration, before she is registered."""

    name: str
    id_number: str
    birth_date: dt.date
    phone: str
    is_female: bool


def identity_number(county_code: str, birth: dt.date, serial: int) -> str:
    """Return a number under 5199xx, a prefix of no range of GB/T 2260: nobody was ever issued one."""
    body = f"5199{county_code[-2:]}{birth:%Y%m%d}{serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def make_people(rng: random.Random, county_codes: list[str], today: dt.date) -> Iterator[MadeUp]:
    """Yield people without end; the same seed yields the same people."""
    serials: dict[tuple[str, dt.date], int] = {}
    phones: set[str] = set()
    weights = [weight for _low, _high, weight in AGES]
    while True:
        low, high, _weight = rng.choices(AGES, weights)[0]
        age_days = rng.randint(int(low) * 365 + 30, int(high) * 365 + 300)
        birth = today - dt.timedelta(days=age_days)
        if age_days > 70 * 365 and rng.random() < 0.25:
            birth = birth.replace(day=1)  # old people's papers often carry the first of a month
        county = rng.choice(county_codes)
        female = rng.random() < 0.5
        step = serials.get((county, birth), 0) + 1
        serials[(county, birth)] = step
        serial = step * 2 if female else step * 2 - 1
        phone = ""
        while not phone or phone in phones:
            phone = f"154{rng.randint(0, 99_999_999):08d}"
        phones.add(phone)
        yield MadeUp(
            name=rng.choice(SURNAMES) + rng.choice(GIVEN),
            id_number=identity_number(county, birth, serial),
            birth_date=birth,
            phone=phone,
            is_female=female,
        )
