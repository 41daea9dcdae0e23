"""What stands in requests, read as strictly as the document says: no day from a number, no truth from "yes"."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StrictBool, StrictInt, WithJsonSchema

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
LARGEST = 2_147_483_647
"""The largest whole number that every database keeps."""


def _day(value: Any) -> Any:
    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    raise ValueError("a day is written as 2026-03-09")


def _digits(value: Any) -> Any:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("a whole number in digits")


Day = Annotated[dt.date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Number = Annotated[StrictInt, Field(ge=0, le=LARGEST)]
"""A whole number in a body."""
Flag = StrictBool
Limit = Annotated[int, Field(ge=1, le=100), BeforeValidator(_digits)]
Most = Annotated[int, Field(ge=1, le=1000), BeforeValidator(_digits)]
Position = Annotated[int, Field(ge=0, le=999_999_999), BeforeValidator(_digits)]
"""Whole numbers in an address."""
Words = Annotated[str, Field(max_length=1000)]
Code = Annotated[str, Field(min_length=1, max_length=60)]
