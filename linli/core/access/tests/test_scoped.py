"""Deny by default: without a reach every way to the rows is empty (architecture, decisions 2, 4 and 6)."""

import uuid

import pytest
from django.db import connection, models
from django.db.models import Count, F, Prefetch, Sum

from linli.core.access import NOWHERE, Reach, Scope, ScopedManager
from linli.core.access.scoped import condition

COUNTY, OTHER = "510402", "510403"
HERE, THERE, FAR = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
SHE, HE = uuid.uuid4(), uuid.uuid4()


class Folder(models.Model):
    id = models.IntegerField(primary_key=True)

    objects = models.Manager()

    class Meta:
        app_label = "access_tests"


class Letter(models.Model):
    id = models.IntegerField(primary_key=True)
    folder = models.ForeignKey(Folder, models.PROTECT, related_name="letters", null=True)
    community_id = models.UUIDField()
    home_id = models.UUIDField(null=True)
    county_code = models.CharField(max_length=6)
    line = models.CharField(max_length=20, default="civil_affairs")
    person_id = models.UUIDField(null=True)
    weight = models.IntegerField(default=1)

    scope = Scope(community=("community_id", "home_id"), department="line", person=("person_id",))
    objects = ScopedManager["Letter"]()
    everywhere = models.Manager["Letter"]()

    class Meta:
        app_label = "access_tests"


@pytest.fixture
def _letters(db):
    """Six letters in two counties, two lines, of two people."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE access_tests_folder (id integer PRIMARY KEY)")
        cursor.execute(
            "CREATE TABLE access_tests_letter (id integer PRIMARY KEY, folder_id integer, community_id uuid NOT NULL,"
            " home_id uuid, county_code varchar(6) NOT NULL, line varchar(20) NOT NULL, person_id uuid,"
            " weight integer NOT NULL)"
        )
    Folder.objects.bulk_create([Folder(id=1), Folder(id=2)])
    Letter.objects.bulk_create([
        Letter(id=1, county_code=COUNTY, community_id=HERE, folder_id=1, person_id=SHE),
        Letter(id=2, county_code=COUNTY, community_id=HERE, folder_id=2, line="health"),
        Letter(id=3, county_code=COUNTY, community_id=THERE, folder_id=1, home_id=HERE),
        Letter(id=4, county_code=COUNTY, community_id=THERE, folder_id=2),
        Letter(id=5, county_code=OTHER, community_id=FAR, folder_id=1, person_id=SHE),
        Letter(id=6, county_code=OTHER, community_id=HERE, folder_id=1, person_id=HE),
    ])  # fmt: skip


pytestmark = pytest.mark.usefixtures("_letters")

DOORS = {
    "all": lambda rows: list(rows.all()),
    "filter": lambda rows: list(rows.filter(pk__gt=0)),
    "exclude": lambda rows: list(rows.exclude(pk=0)),
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "contains": lambda rows: rows.contains(Letter.everywhere.get(pk=1)),
    "aggregate": lambda rows: rows.aggregate(n=Count("pk"))["n"],
    "sum": lambda rows: rows.aggregate(n=Sum("weight"))["n"],
    "annotate": lambda rows: list(rows.annotate(more=F("weight") + 1).values_list("more", flat=True)),
    "group": lambda rows: list(rows.values("county_code").annotate(n=Count("pk"))),
    "values": lambda rows: list(rows.values()),
    "values_list": lambda rows: list(rows.values_list("pk", flat=True)),
    "distinct": lambda rows: list(rows.values("county_code").distinct()),
    "iterator": lambda rows: list(rows.iterator()),
    "first": lambda rows: rows.first(),
    "last": lambda rows: rows.last(),
    "earliest": lambda rows: rows.order_by("pk").reverse().first(),
    "in_bulk": lambda rows: rows.in_bulk([1, 2, 3]),
    "select_related": lambda rows: list(rows.select_related("folder")),
    "only": lambda rows: list(rows.only("pk")),
    "update": lambda rows: rows.update(weight=9),
    "delete": lambda rows: rows.all().delete()[0],
    "union": lambda rows: list(rows.all().union(rows.all())),
    "subquery": lambda rows: list(Folder.objects.filter(pk__in=rows.values("folder_id"))),
    "related": lambda rows: list(Folder.objects.get(pk=1).letters.all()),
    "related_count": lambda rows: Folder.objects.get(pk=1).letters.count(),
    "prefetch": lambda rows: [x for f in Folder.objects.prefetch_related("letters") for x in f.letters.all()],
    "prefetch_object": lambda rows: [
        x for f in Folder.objects.prefetch_related(Prefetch("letters", rows.all(), to_attr="seen")) for x in f.seen
    ],
}


@pytest.mark.parametrize("door", DOORS)
def test_without_a_reach_every_door_is_empty(door):
    assert not DOORS[door](Letter.objects)
    assert Letter.everywhere.filter(weight=1).count() == 6


@pytest.mark.parametrize("door", sorted(DOORS.keys() - {"related", "related_count", "prefetch"}))
def test_nowhere_is_nowhere(door):
    assert not DOORS[door](Letter.objects.within(NOWHERE))


@pytest.mark.parametrize("wanted", [1, 6])
def test_a_row_out_of_reach_does_not_exist(wanted):
    with pytest.raises(Letter.DoesNotExist):
        Letter.objects.get(pk=wanted)
    with pytest.raises(Letter.DoesNotExist):
        Letter.objects.within(NOWHERE).get(pk=wanted)


REACHES = {
    "a county": (Reach(counties=frozenset({COUNTY})), {1, 2, 3, 4}),
    "two counties": (Reach(counties=frozenset({COUNTY, OTHER})), {1, 2, 3, 4, 5, 6}),
    "a community": (Reach(counties=frozenset({COUNTY}), communities=frozenset({HERE})), {1, 2, 3}),
    "no community": (Reach(counties=frozenset({COUNTY}), communities=frozenset()), set()),
    "a community without its county": (Reach(communities=frozenset({HERE})), set()),
    "a line": (Reach(counties=frozenset({COUNTY}), department="health"), {2}),
    "a line in a community": (
        Reach(counties=frozenset({COUNTY}), communities=frozenset({THERE}), department="civil_affairs"),
        {3, 4},
    ),
    "herself, wherever": (Reach(persons=frozenset({SHE})), {1, 5}),
    "several": (
        Reach(
            counties=frozenset({COUNTY}),
            communities=frozenset({THERE}),
            also=(Reach(persons=frozenset({HE})), NOWHERE),
        ),
        {3, 4, 6},
    ),
    "only what is added": (Reach(also=(Reach(counties=frozenset({OTHER})),)), {5, 6}),
    "everything": (Reach(everything=True, why="a batch"), {1, 2, 3, 4, 5, 6}),
    "everything added": (Reach(persons=frozenset({HE}), also=(Reach(everything=True, why="a batch"),)), {1, 2, 3, 4, 5, 6}),
}  # fmt: skip


@pytest.mark.parametrize(("reach", "seen"), REACHES.values(), ids=REACHES.keys())
def test_a_reach_covers_its_rows_through_every_door(reach, seen):
    rows = Letter.objects.within(reach)

    assert set(rows.values_list("pk", flat=True)) == seen
    assert rows.count() == len(seen)
    assert rows.exists() == bool(seen)
    assert {letter.pk for letter in rows.iterator()} == seen
    assert rows.aggregate(n=Count("pk"))["n"] == len(seen)
    assert set(rows.in_bulk()) == seen
    assert {letter.pk for letter in rows.filter(pk__lte=3)} == {pk for pk in seen if pk <= 3}


def test_related_rows_stay_with_their_row():
    """Through a related manager `within` narrows the row's own letters, not all letters in reach."""
    folder = Folder.objects.get(pk=1)

    reach = Reach(counties=frozenset({COUNTY}))
    assert {letter.pk for letter in folder.letters.within(reach)} == {1, 3}
    assert not folder.letters.within(NOWHERE).exists()


def test_a_forward_key_is_read_from_a_row_that_was_reached():
    letter = Letter.objects.within(Reach(persons=frozenset({HE}))).get()

    assert letter.folder.pk == 1


def test_update_and_delete_change_only_what_is_in_reach():
    mine = Letter.objects.within(Reach(persons=frozenset({SHE})))

    assert mine.update(weight=5) == 2
    assert mine.delete()[0] == 2
    assert set(Letter.everywhere.values_list("pk", "weight")) == {(2, 1), (3, 1), (4, 1), (6, 1)}


def test_hand_written_sql_is_no_way_round():
    with pytest.raises(TypeError, match="reach"):
        Letter.objects.raw("SELECT * FROM access_tests_letter")


def test_rows_can_be_made_and_are_out_of_sight_at_once():
    made = Letter.objects.create(id=9, county_code=COUNTY, community_id=HERE)

    assert made.pk == 9
    assert not Letter.objects.filter(pk=9).exists()


def test_a_row_of_nobody_belongs_to_nobody():
    assert condition(Letter.scope, NOWHERE) is not None
    assert not Letter.objects.within(Reach(persons=frozenset())).exists()


def test_a_table_without_lines_is_open_to_every_line_of_its_place():
    where = condition(Scope(), Reach(counties=frozenset({COUNTY}), department="health"))

    assert set(Letter.everywhere.filter(where).values_list("pk", flat=True)) == {1, 2, 3, 4}
