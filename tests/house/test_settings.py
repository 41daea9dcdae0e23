"""docs/settings.md names every variable that is read, with its default."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys

from tests.house.pages import ROOT

PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
SETTINGS = ROOT / "linli" / "config" / "settings.py"
ROW = re.compile(r"^\| `LINLI_(\w+)` \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
NAMED_ELSEWHERE = re.compile(r"(?:environ|getenv)\W[^\n]*?[\"']LINLI_(\w+)[\"']")


def _read_in_settings() -> dict[str, set[str]]:
    """Return the variables that the settings read, each with those of its defaults that are plain values."""
    found: dict[str, set[str]] = {}
    for call in ast.walk(ast.parse(SETTINGS.read_text(encoding="utf-8"))):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.args):
            continue
        if not (isinstance(call.func.value, ast.Name) and call.func.value.id == "env"):
            continue
        name, *rest = call.args
        assert isinstance(name, ast.Constant)
        plain = found.setdefault(str(name.value), set())
        if rest and (text := _plain(rest[0])) is not None:
            plain.add(text)
    return found


def _plain(node: ast.expr) -> str | None:
    try:
        value = eval(compile(ast.Expression(node), "", "eval"), {"__builtins__": {}})  # 20 * 1024 * 1024
    except NameError:  # a path below another setting: described in words
        return None
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, list):
        return f"`{','.join(value)}`" if value else "–"
    return f"`{value}`" if value != "" else "–"


def _read_elsewhere() -> set[str]:
    return {
        name
        for file in (ROOT / "linli").rglob("*.py")
        if "tests" not in file.parts and file.name != "testing.py"
        for name in NAMED_ELSEWHERE.findall(file.read_text(encoding="utf-8"))
    }


def test_page_names_every_variable_and_no_other():
    assert {row[0] for row in ROW.findall(PAGE)} == set(_read_in_settings()) | _read_elsewhere()


def test_page_names_a_variable_once():
    names = [row[0] for row in ROW.findall(PAGE)]

    assert len(names) == len(set(names))


def test_defaults_on_the_page_are_those_of_the_code():
    on_page = {name: default for name, default, _what, _example in ROW.findall(PAGE)}

    wrong = {
        name: (on_page[name], sorted(defaults))
        for name, defaults in _read_in_settings().items()
        if defaults and on_page[name] not in defaults
    }

    assert wrong == {}


def test_no_variable_named_in_prose_is_unknown():
    known = set(_read_in_settings())
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]

    unknown = {
        name for page in pages for name in re.findall(r"LINLI_([A-Z_]+[A-Z])", page.read_text(encoding="utf-8"))
    } - known

    assert unknown == set()


def test_what_a_databases_url_says_of_encryption_stays():
    """It was dropped for a limit on the time to connect: whoever had asked for a checked certificate got none."""
    asked = "postgres://linli@db/linli?sslmode=verify-full&sslrootcert=/etc/linli/db.pem"
    told = (
        "import json; from linli.config.settings import DATABASES as d; print(json.dumps([d[n]['OPTIONS'] for n in d]))"
    )

    done = subprocess.run(
        [sys.executable, "-c", told],
        cwd=ROOT, check=True, capture_output=True, text=True,
        env={**os.environ, "LINLI_DATABASE_URL": asked, "LINLI_REPLICA_URL": asked},
    )  # fmt: skip

    kept = {"connect_timeout": 3, "sslmode": "verify-full", "sslrootcert": "/etc/linli/db.pem"}
    assert json.loads(done.stdout) == [{**kept, "prepare_threshold": 1}, kept]
