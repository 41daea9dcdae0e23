import re
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from linli.core.design import icons


def test_sprite_holds_each_listed_icon_once():
    sprite = Path(finders.find("design/icons.svg")).read_text(encoding="utf-8")

    assert sorted(re.findall(r'<symbol id="([^"]+)"', sprite)) == sorted(icons.names())
    assert "stroke=" not in sprite


def test_icon_list_is_sorted_and_has_no_double():
    names = icons.LIST.read_text(encoding="utf-8").split()

    assert names == sorted(set(names))


def test_name_that_the_package_lacks_is_said(tmp_path, settings, monkeypatch):
    settings.NODE_MODULES = tmp_path
    with pytest.raises(ImproperlyConfigured, match="make env"):
        icons.sprite()


@pytest.mark.parametrize(
    "path", ["npm/axe-core/axe.js", "npm/htmx.org/package.json", "npm/../pyproject.toml", "npm/htmx.org/dist/htmx.js"]
)
def test_only_listed_files_of_node_modules_are_served(path):
    assert not finders.find(path)


def test_files_are_collected_hashed_and_compressed(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "linli.core.design.storage.StaticStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0, stdout=StringIO())

    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert any(re.fullmatch(r"design/icons\.[0-9a-f]{12}\.svg\.br", name) for name in names)
    assert any(re.fullmatch(r"npm/htmx\.org/dist/htmx\.min\.[0-9a-f]{12}\.js\.gz", name) for name in names)


def test_modules_do_not_import_one_another():
    """Each is served under a name with its hash, which the others cannot know."""
    for path in Path(finders.find("design/js/linli.js")).parent.glob("*.js"):
        assert not re.search(r"^import ", path.read_text(encoding="utf-8"), re.M), path.name


def test_first_page_weighs_less_than_sixty_kibibytes(tmp_path, settings):
    """Issue 3: no page over 200 KiB of CSS and JS; ours are to be far below."""
    import gzip

    files = ["npm/htmx.org/dist/htmx.min.js", "design/icons.svg"]
    files += [
        f"design/css/{name}.css" for name in ("reset", "tokens", "elements", "components", "portal", "bench", "paper")
    ]
    files += [f"design/js/{path.name}" for path in Path(finders.find("design/js/linli.js")).parent.glob("*.js")]

    total = sum(len(gzip.compress(Path(finders.find(name)).read_bytes())) for name in files)

    assert total < 60 * 1024
