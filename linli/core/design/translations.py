"""Which words of pages and code are translated, and which are not.

Chinese is the source: each whole sentence stands in gettext, and each app keeps its English in
locale/en/LC_MESSAGES/django.po. Here the sentences are collected and held against those files.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import normalize, read_po
from django.template.base import Lexer, TokenType
from django.utils.translation.template import templatize

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
PLACES = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")
LANGUAGE = "en"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
UNTRANSLATED = "untranslated"
"""The word that excepts a line (`# untranslated: names of nobody`, `{# untranslated #}`), or, on a line of its own
before the code of a module, the whole module."""
HEADER = """# English words of this app. Written by people, kept in order by `linli translations update`.
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""

Words = str | tuple[str, str]
Key = tuple[str | None, str]


@dataclass
class Sentence:
    """One sentence of the source: its words (a pair where English counts), its context, the files it stands in."""

    words: Words
    context: str | None
    files: list[str] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return self.context, self.words if isinstance(self.words, str) else self.words[0]


@dataclass(frozen=True)
class Fault:
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def homes(root: Path, apps: Iterable[Path]) -> dict[Path, list[Path]]:
    """Return for each app the Python files and templates whose words it keeps.

    A package that is no app has no catalogue of its own: its words stay with core/design.
    """
    folders = sorted((path.resolve() for path in apps), key=lambda path: len(path.parts), reverse=True)
    kept: dict[Path, list[Path]] = {folder: [] for folder in sorted(folders)}
    others = root / "linli" / "core" / "design"
    for file in sorted([*root.glob("linli/**/*.py"), *root.glob("linli/**/templates/**/*.*")]):
        inner = file.relative_to(root).parts
        if "tests" in inner or "migrations" in inner:
            continue
        kept[next((folder for folder in folders if file.is_relative_to(folder)), others)].append(file)
    return kept


def sentences(files: Iterable[Path], root: Path) -> dict[Key, Sentence]:
    """Collect the sentences of Python files and templates, in their order."""
    found: dict[Key, Sentence] = {}
    for file in files:
        collect = _said_in_python if file.suffix == ".py" else _said_in_template
        for one, context in collect(file.read_text(encoding="utf-8")):
            sentence = Sentence(one, context)
            sentence = found.setdefault(sentence.key, sentence)
            if isinstance(one, tuple):
                sentence.words = one
            name = file.relative_to(root).as_posix()
            if name not in sentence.files:
                sentence.files.append(name)
    found.pop((None, ""), None)
    return found


def _said_in_template(source: str) -> Iterator[tuple[Words, str | None]]:
    # templatize leaves calls among X's: indentation means nothing there
    calls = "\n".join(line.lstrip() for line in templatize(source).splitlines())
    for _line, words, _comments, context in extract("python", io.BytesIO(calls.encode()), KEYWORDS):
        yield ((words[0], words[1]) if isinstance(words, tuple | list) else words), context


def _said_in_python(source: str) -> Iterator[tuple[Words, str | None]]:
    """Read the calls from the syntax tree, so that those within f-strings count too."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = _name_of(node.func)
        if name not in KEYWORDS:
            continue
        texts = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        counts, has_context = name.startswith("n"), name.startswith(("p", "np"))
        if len(texts) < 1 + counts + has_context:
            continue  # the words are not written here: whoever writes them marks them
        context = texts.pop(0) if has_context else None
        yield ((texts[0], texts[1]) if counts else texts[0]), context


def po_file(app: Path) -> Path:
    return app / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def read(app: Path) -> Catalog:
    """Return an app's catalogue, empty when it has none yet."""
    file = po_file(app)
    if not file.exists():
        return Catalog(locale=LANGUAGE)
    with file.open("rb") as source:
        return read_po(source, locale=LANGUAGE)


def faults_of(app: Path, found: dict[Key, Sentence]) -> Iterator[Fault]:
    """Yield each sentence that is missing, empty, fuzzy, or has lost or gained a %(place)s."""
    catalogue = read(app)
    for sentence in found.values():
        message = catalogue.get(sentence.key[1], context=sentence.context)
        where = sentence.files[0]
        shown = sentence.key[1]
        if message is None:
            yield Fault(where, f"not in {po_file(app).name} of its app: {shown!r}")
            continue
        english = (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))
        if isinstance(sentence.words, tuple) != isinstance(message.id, tuple | list):
            yield Fault(where, f"counts in one place and not in the other: {shown!r}")
        elif not all(english):
            yield Fault(where, f"has no English: {shown!r}")
        elif message.fuzzy:
            yield Fault(where, f"is marked fuzzy, read it again: {shown!r}")
        elif wrong := _wrong_places(sentence.words, english):
            yield Fault(where, f"the English of {shown!r} differs in its places: {', '.join(sorted(wrong))}")


def _wrong_places(words: Words, english: tuple[str, ...]) -> set[str]:
    """Return the places that only one of the two languages has; a singular may leave the number out."""
    asked = places(words) if isinstance(words, str) else places(words[0]) | places(words[1])
    wrong = places(english[-1]) ^ asked
    for other in english[:-1]:
        wrong |= places(other) - asked
    return wrong


def places(text: str) -> set[str]:
    return {named or f"{{{braced}}}" for named, braced in PLACES.findall(text)}


def unused(app: Path, found: dict[Key, Sentence]) -> list[str]:
    """Return the sentences of the catalogue that stand nowhere any more."""
    ids = [(message.context, _first(message.id)) for message in read(app) if message.id]
    return [words for context, words in ids if (context, words) not in found]


def _first(words: str | list[str] | tuple[str, ...]) -> str:
    return words if isinstance(words, str) else words[0]


def update(app: Path, found: dict[Key, Sentence]) -> tuple[int, int]:
    """Write the app's catalogue anew: what is missing with no English yet, what is dead no more.

    Returns how many sentences came and went.
    """
    file = po_file(app)
    if not found and not file.exists():
        return 0, 0
    old = read(app)
    came, went = 0, len(unused(app, found))
    entries = []
    for sentence in found.values():
        message = old.get(sentence.key[1], context=sentence.context)
        came += message is None
        entries.append(_entry(sentence, message))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join([HEADER, *entries]), encoding="utf-8")
    return came, went


def _entry(sentence: Sentence, message: object | None) -> str:
    lines = [f"# {comment}" for comment in getattr(message, "user_comments", ())]
    lines.append(f"#: {' '.join(sentence.files[:3])}{' …' if len(sentence.files) > 3 else ''}")
    if getattr(message, "fuzzy", False):
        lines.append("#, fuzzy")
    if sentence.context is not None:
        lines.append(f"msgctxt {normalize(sentence.context)}")
    english = getattr(message, "string", "")
    lines.append(f"msgid {normalize(sentence.key[1])}")
    if isinstance(sentence.words, tuple):
        forms = tuple(english) if isinstance(english, tuple | list) else (english, english)
        forms = (*forms, "", "")[:2]
        lines.append(f"msgid_plural {normalize(sentence.words[1])}")
        lines += [f"msgstr[{number}] {normalize(form or '')}" for number, form in enumerate(forms)]
    else:
        lines.append(f"msgstr {normalize(english if isinstance(english, str) else '')}")
    return "\n".join(lines) + "\n"


def compile_all(root: Path) -> int:
    """Write the .mo beside each .po that is newer than it. Returns how many were written."""
    written = 0
    for po in sorted(root.glob("linli/**/locale/*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
            continue
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parts[-3])
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        half = mo.with_suffix(".mo.new")
        half.write_bytes(compiled.getvalue())
        half.replace(mo)
        written += 1
    return written


def unwrapped(file: Path, root: Path) -> Iterator[Fault]:
    """Yield each Chinese literal that stands outside gettext: in a template, in Python or in a script."""
    source = file.read_text(encoding="utf-8")
    lines = source.splitlines()
    find = {".py": _unwrapped_in_python, ".js": _unwrapped_in_script}.get(file.suffix, _unwrapped_in_template)
    for line, words in find(source):
        if UNTRANSLATED not in lines[line - 1]:
            yield Fault(
                f"{file.relative_to(root).as_posix()}:{line}", f"stands outside gettext: {words.strip()[:40]!r}"
            )


def _unwrapped_in_template(source: str) -> Iterator[tuple[int, str]]:
    inside = False  # between blocktranslate (or comment) and its end
    for token in Lexer(source).tokenize():
        line_of_token = token.lineno or 1
        if token.token_type == TokenType.BLOCK:
            name = token.contents.split()[0]
            if name in ("blocktranslate", "blocktrans", "comment"):
                inside = True
            elif name in ("endblocktranslate", "endblocktrans", "endcomment"):
                inside = False
            elif name not in ("translate", "trans"):
                yield from _bare(token.contents, line_of_token)
        elif token.token_type == TokenType.VAR:
            yield from _bare(token.contents, line_of_token)
        elif token.token_type == TokenType.TEXT and not inside:
            text = re.sub(r"<!--.*?-->", lambda comment: "\n" * comment[0].count("\n"), token.contents, flags=re.S)
            for offset, line in enumerate(text.split("\n")):
                if HAN.search(line):
                    yield line_of_token + offset, line


def _bare(contents: str, line: int) -> Iterator[tuple[int, str]]:
    without = re.sub(r"""_\((?:"[^"]*"|'[^']*')\)""", "", contents)
    for literal in re.findall(r""""[^"]*"|'[^']*'""", without):
        if HAN.search(literal):
            yield line, literal


@cache
def _gettext_names() -> frozenset[str]:
    return frozenset(KEYWORDS) | {"re", "compile", "search", "match", "fullmatch", "sub", "findall", "split"}


def _unwrapped_in_python(source: str) -> Iterator[tuple[int, str]]:
    tree = ast.parse(source)
    first = tree.body[0].end_lineno or 0 if tree.body else 0
    opening = source.splitlines()[: first + 2]
    if any(line.startswith("#") and UNTRANSLATED in line for line in opening):
        return
    wrapped = {
        id(inner)
        for node in ast.walk(tree)
        if _is_docstring(node) or (isinstance(node, ast.Call) and _name_of(node.func) in _gettext_names())
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and id(node) not in wrapped:
            wrapped |= {id(piece) for piece in node.values}
            words = "".join(str(piece.value) for piece in node.values if isinstance(piece, ast.Constant))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in wrapped:
            words = node.value
        else:
            continue
        if HAN.search(words):
            yield node.lineno, words


def _is_docstring(node: ast.AST) -> bool:
    """A bare string: a docstring, or what is said below an attribute."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _unwrapped_in_script(source: str) -> Iterator[tuple[int, str]]:
    without = re.sub(r"/\*.*?\*/", lambda comment: "\n" * comment[0].count("\n"), source, flags=re.S)
    for number, line in enumerate(without.splitlines(), start=1):
        code = re.sub(r"(^|\s)//.*", "", line)
        if HAN.search(code):
            yield number, code


def is_data(file: Path) -> bool:
    """Tell whether a file holds data rather than words of pages: data folders and made-up people."""
    return "data" in file.parts or file.stem.startswith(("data_", "demonstration"))
