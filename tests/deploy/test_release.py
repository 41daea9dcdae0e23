"""A release is a tag whose version and changelog agree; what it is made of is told from the lock files."""

from __future__ import annotations

import importlib.util

import pytest

from tests.house.pages import ROOT

pytestmark = pytest.mark.any_database

CHANGELOG = """# Changes

## [Unreleased]

- to come

## [1.2.3] - 2027-01-31

- mended

## [1.2.2] - 2027-01-01

- begun
"""


@pytest.fixture(scope="module")
def release():
    spec = importlib.util.spec_from_file_location("release", ROOT / "scripts" / "release.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_section_of_the_tag_is_the_notes(release):
    assert release.notes("v1.2.3", "1.2.3", CHANGELOG) == "- mended\n"
    assert release.notes("v1.2.2", "1.2.2", CHANGELOG) == "- begun\n"


@pytest.mark.parametrize(
    ("tag", "version", "changelog", "said"),
    [
        ("1.2.3", "1.2.3", CHANGELOG, "no tag of a release"),
        ("v1.2.3", "1.2.4", CHANGELOG, "pyproject.toml says 1.2.4"),
        ("v1.3.0", "1.3.0", CHANGELOG, r"no section \[1.3.0\]"),
        ("v1.2.3", "1.2.3", CHANGELOG.replace(" - 2027-01-31", ": soon"), "has no day"),
        ("v1.2.3", "1.2.3", CHANGELOG.replace("- mended", ""), "is empty"),
    ],
)
def test_what_does_not_agree_is_no_release(release, tag, version, changelog, said):
    with pytest.raises(release.NotARelease, match=said):
        release.notes(tag, version, changelog)


@pytest.mark.parametrize("lock", sorted(ROOT.glob("requirements*.lock")), ids=lambda lock: lock.name)
def test_every_package_of_a_lock_has_its_hash_and_no_lock_names_a_host(lock):
    text = lock.read_text(encoding="utf-8")
    packages = [block for block in text.replace("\\\n", " ").splitlines() if block and block[0].isalnum()]

    assert [one for one in packages if "--hash=sha256:" not in one] == []
    assert "://" not in text


def test_what_production_adds_keeps_the_versions_of_what_is_tested():
    def pins(name: str) -> set[str]:
        return {line.split(" ")[0] for line in (ROOT / name).read_text().splitlines() if line[:1].isalnum()}

    plain, city, dev = (pins(f"requirements{kind}.lock") for kind in ("", "-city", "-dev"))
    assert plain - city == set()
    assert city - dev == set()
