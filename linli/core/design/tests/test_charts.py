"""Columns compare truly: they stand on one floor, and their heights are in proportion."""

import itertools

from linli.core.design.charts import Chart, Point, place


def points(*values):
    return tuple(Point(str(n), value, str(value), short=str(n)) for n, value in enumerate(values))


def test_heights_are_in_proportion_from_nought():
    tall, half, none, unknown = place(points(2.0, 1.0, 0.0, None))

    assert (tall.height, half.height, none.height, unknown.height) == (92.0, 46.0, 0.0, 0.0)
    assert {column.y + column.height for column in (tall, half, none)} == {112.0}


def test_without_any_height_nothing_is_divided_by_nought():
    assert [column.height for column in place(points(0.0, None))] == [0.0, 0.0]
    assert place(()) == ()


def test_columns_stand_apart_and_within_the_picture():
    columns = place(points(*[1.0] * 12))

    assert all(a.x + a.width < b.x for a, b in itertools.pairwise(columns))
    assert columns[-1].x + columns[-1].width <= 240


def test_who_listens_hears_every_value():
    assert Chart("c", "趟数", points(1.0, None)).told == "0 1.0；1 None"
