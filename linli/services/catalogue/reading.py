"""Reading what people write as an item: YAML or plain data in, an item or every fault with its path and line out."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import yaml
from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from yaml.constructor import SafeConstructor

from linli.core.forms.making import written_out
from linli.services.catalogue.content import Item
from linli.services.catalogue.rules import Fault, NotSound, publishing_faults
from linli.services.catalogue.rules.proofs import Proof
from linli.services.catalogue.rules.publishing import NAME_MAX, TEXT_MAX

ITEMS = Path(__file__).parent / "items"
"""The items that Linli brings along."""

BYTES_MAX = 200_000
DEPTH_MAX = 20
NODES_MAX = 10_000
CODE_MAX = 60


@dataclass(frozen=True)
class Reading:
    """An item, or what is wrong with what should have been one (then item is None)."""

    item: Item | None = None
    faults: tuple[Fault, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)

    def sound(self) -> Item:
        """Return the item. Raises NotSound."""
        if self.item is None:
            raise NotSound(self.faults)
        return self.item


@dataclass(frozen=True)
class FileFault:
    """A fault in a file of a folder."""

    file: str
    fault: Fault

    def __str__(self) -> str:
        return f"{self.file}  {self.fault}"


@dataclass(frozen=True)
class FolderReading:
    """All items of a folder, with their file names; sound as one or not at all."""

    items: tuple[tuple[str, Item], ...] = ()
    faults: tuple[FileFault, ...] = ()


class _BadYaml(Exception):  # noqa: N818 (carries the fault to the reader)
    def __init__(self, sentence: str, line: int | None = None) -> None:
        self.fault = Fault("", sentence, line)
        super().__init__(sentence)


def read(text: str) -> Reading:
    """Read one item from YAML. Anchors, own tags, repeated keys, and texts over 200 kB or 20 levels are refused."""
    try:
        data, lines = _load(text)
    except _BadYaml as bad:
        return Reading(faults=(bad.fault,))
    return check(data, lines)


def check(data: Any, lines: Mapping[str, int] | None = None) -> Reading:
    """Read one item from plain data; lines tells where each path stands, if it comes from a text."""
    lines = lines or {}
    if not isinstance(data, dict):
        return Reading(faults=(Fault("", _("这里应是一个事项：一行一个“名字: 内容”。"), 1),))
    faults = list(_too_long(data))
    item: Item | None = None
    try:
        item = Item.model_validate(data)
    except ValidationError as error:
        faults += [_fault_of(one, data) for one in error.errors(include_url=False)]
    if faults:
        faults = sorted((fault.at_line(_line_of(fault.path, lines)) for fault in faults), key=lambda f: f.line or 0)
        return Reading(faults=tuple(dict.fromkeys(faults)), lines=lines)
    return Reading(item=item, lines=lines)


def read_folder(folder: Path, *, proofs: tuple[Proof, ...] | None = None) -> FolderReading:
    """Read every .yaml file of a folder as one: what may not be published, twice the same code or number, all told."""
    files = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    if not files:
        return FolderReading(faults=(FileFault(str(folder), Fault("", _("这个文件夹里没有事项（.yaml 文件）。"))),))
    readings: dict[str, Reading] = {}
    faults: list[FileFault] = []
    for path in files:
        try:
            readings[path.name] = read(path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            sentence = _("文件不是 UTF-8 编码，读不出来。请另存为 UTF-8。")
            readings[path.name] = Reading(faults=(Fault("", sentence),))
    codes = {reading.item.code for reading in readings.values() if reading.item}
    seen: dict[tuple[str, str], str] = {}
    for name, reading in readings.items():
        faults += [FileFault(name, fault) for fault in reading.faults]
        if reading.item is None:
            continue
        for key, value in (("code", reading.item.code), ("number", reading.item.number)):
            if earlier := seen.get((key, value)):
                sentence = _("“%(value)s”在 %(file)s 里已经用了，一个只能用一次。") % {"value": value, "file": earlier}
                faults.append(FileFault(name, Fault(key, sentence, reading.lines.get(key))))
            seen.setdefault((key, value), name)
        for fault in publishing_faults(reading.item, proofs=proofs, codes=codes):
            faults.append(FileFault(name, fault.at_line(_line_of(fault.path, reading.lines))))
    return FolderReading(
        items=tuple((name, reading.item) for name, reading in readings.items() if reading.item), faults=tuple(faults)
    )


def content_of(item: Item) -> dict[str, Any]:
    """Return the item as it is kept: plain JSON data, everything written out."""
    return item.model_dump(mode="json")


def hash_of(item: Item) -> str:
    """Return SHA-256 over the canonical JSON of what the item says; the day from which it counts is no part of it.

    Words that came later and that an item does not use are left out, so that no item is new because it could say more.
    """
    told = item.model_dump(mode="json", exclude={"published_from"})
    if told["effects"] is None:
        del told["effects"]
    for part, words in [(told["applicants"], ["proposed_to"])] + [
        (condition, ["includes", "answer", "one_of", "rule"]) for condition in told["applicants"]["conditions"]
    ]:
        for word in words:
            if not part[word]:
                del part[word]
    canonical = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


# -- writing ---------------------------------------------------------------------------------------------------------


class _Writer(yaml.SafeDumper):
    """Short maps on one line, everything else in blocks; lists indented under their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _short(value: Any) -> bool:
    plain = isinstance(value, str | int | float | bool | type(None))
    return plain and len(str(value)) < 60 and "\n" not in str(value)


def _represent_dict(dumper: yaml.SafeDumper, data: dict[str, Any]) -> yaml.Node:
    flow = all(_short(value) for value in data.values()) and len(str(data)) < 110
    return dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=flow)


def _represent_list(dumper: yaml.SafeDumper, data: list[Any]) -> yaml.Node:
    flow = all(_short(value) for value in data) and len(str(data)) < 110
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=flow)


_Writer.add_representer(dict, _represent_dict)
_Writer.add_representer(list, _represent_list)


def to_yaml(item: Item) -> str:
    """Return an item as readable YAML, what is usual left out; `read` gives the same item back."""
    data = item.model_dump(mode="json", exclude_defaults=True)
    return yaml.dump(data, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=110)


def form_to_yaml(schema: Any) -> str:
    """Return a form as readable YAML, as it stands under `form:` in a file; `read_form` gives the same form back."""
    return yaml.dump(written_out(schema), Dumper=_Writer, allow_unicode=True, sort_keys=False, width=110)


def read_form(text: str) -> tuple[dict[str, Any] | None, tuple[Fault, ...]]:
    """Read a form from YAML: the form alone, or an item's whole file, of which the form is taken."""
    try:
        data, _lines = _load(text)
    except _BadYaml as bad:
        return None, (bad.fault,)
    if isinstance(data, dict) and "properties" not in data and isinstance(data.get("form"), dict):
        data = data["form"]
    if not isinstance(data, dict) or not isinstance(data.get("properties"), dict):
        return None, (Fault("", _("这里应是一张表：type、required、x-order 和 properties。"), 1),)
    if too_long := tuple(_too_long(data)):
        return None, too_long
    return data, ()


# -- YAML to data, with lines ----------------------------------------------------------------------------------------


def _load(text: str) -> tuple[Any, dict[str, int]]:
    if len(text.encode("utf-8", "surrogatepass")) > BYTES_MAX:
        raise _BadYaml(_("太长了：一个事项最多 %(most)s KB。") % {"most": BYTES_MAX // 1000})
    try:
        return _parse(text, _FAST)
    except yaml.YAMLError:
        pass  # the slower parser says more exactly where and why
    try:
        return _parse(text, yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise _BadYaml(_("有一个看不见的控制字符，请删掉它。"), line) from error
    except yaml.MarkedYAMLError as error:
        raise _BadYaml(_yaml_sentence(error, text), _marked_line(error)) from error


_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _parse(text: str, loader: Any) -> tuple[Any, dict[str, int]]:
    _refuse_tricks(text, loader)
    node = yaml.compose(text, Loader=loader)
    lines: dict[str, int] = {}
    return (None if node is None else _construct(node, "", lines, SafeConstructor())), lines


def _refuse_tricks(text: str, loader: Any) -> None:
    """Anchors could blow up a small text into gigabytes, deep nesting the stack: neither is needed here."""
    depth = nodes = documents = 0
    for event in yaml.parse(text, Loader=loader):
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _BadYaml(_("这里用了引用（& 或 *），事项里不能用。请把内容直接写出来。"), line)
        nodes += isinstance(event, yaml.NodeEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_MAX or nodes > NODES_MAX:
            raise _BadYaml(_("套得太深或者条目太多，不像一个事项。"), line)
        if documents > 1:
            raise _BadYaml(_("一个文件只写一个事项，这里又开始了一个（---）。"), line)


_PLAIN_TAGS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


def _construct(node: yaml.Node, path: str, lines: dict[str, int], make: SafeConstructor) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if not isinstance(node, yaml.ScalarNode) and node.tag not in _PLAIN_TAGS:
        raise _BadYaml(_("这里的写法不认识，请写成普通的文字或数字。"), node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        data: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = _scalar(key_node, make)
            if key in data:
                line = key_node.start_mark.line + 1
                raise _BadYaml(_("“%(key)s”写了两次，只能写一次。") % {"key": key}, line)
            inner = f"{path}.{key}" if path else str(key)
            lines[inner] = key_node.start_mark.line + 1
            data[key] = _construct(value_node, inner, lines, make)
        return data
    if isinstance(node, yaml.SequenceNode):
        return [_construct(one, f"{path}[{place}]", lines, make) for place, one in enumerate(node.value)]
    return _scalar(node, make)


def _scalar(node: yaml.Node, make: SafeConstructor) -> Any:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.ScalarNode):
        raise _BadYaml(_("这里的写法不认识，请写成普通的文字或数字。"), line)
    try:
        return make.construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        raise _BadYaml(_("“%(value)s”读不懂，要写文字就加上引号。") % {"value": str(node.value)[:40]}, line) from error


def _marked_line(error: yaml.MarkedYAMLError) -> int | None:
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark else None


def _yaml_sentence(error: yaml.MarkedYAMLError, text: str) -> str:
    line = _marked_line(error)
    stood = text.split("\n")[line - 1] if line and line <= text.count("\n") + 1 else ""
    if "\t" in stood[: len(stood) - len(stood.lstrip())] or "'\\t'" in (error.problem or ""):
        return _("这一行用了 Tab 键，YAML 只认空格。请把它换成空格。")
    return _(
        "这一行写法不对（YAML）：多半是冒号后面少了空格，少了一个引号，或者没有和上一行对齐。这里写的是：%(stood)s"
    ) % {"stood": stood.strip()[:60]}


# -- what is wrong, in sentences -------------------------------------------------------------------------------------


def _line_of(path: str, lines: Mapping[str, int]) -> int | None:
    """The line of a path, or of the nearest thing around it that stands in the text."""
    while path and path not in lines:
        path = re.sub(r"(\.[^.\[\]]+|\[\d+\]|^[^.\[\]]+)$", "", path)
    return lines.get(path) if path or "" in lines else None


def _too_long(data: Any, path: str = "") -> Iterator[Fault]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _too_long(value, f"{path}.{key}" if path else str(key))
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from _too_long(value, f"{path}[{place}]")
    elif isinstance(data, str):
        most = {"name.zh": NAME_MAX, "name.en": 2 * NAME_MAX, "code": CODE_MAX}.get(path, TEXT_MAX)
        if len(data) > most:
            sentence = _("太长了：写了 %(count)s 个字，最多 %(most)s 个。") % {"count": len(data), "most": most}
            yield Fault(path[:200], sentence)


def _path_of(loc: tuple[int | str, ...], data: Any) -> str:
    """The place in the data; names of types that the checker adds to a place are left out."""
    path = ""
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
            data = data[part] if isinstance(data, list) and part < len(data) else None
        else:
            if not isinstance(data, dict) and part in ("str", "bool", "int"):
                continue
            path += f".{part}" if path else str(part)
            data = data.get(part) if isinstance(data, dict) else None
    return path[:200]


def _fault_of(error: ErrorDetails, data: Any) -> Fault:
    path = _path_of(error["loc"], data)
    context = error.get("ctx", {})
    name = str(error["loc"][-1])[:60] if error["loc"] else ""
    stood = str(error["input"])[:40]
    kind = error["type"]
    if kind == "missing":
        sentence = _("少了“%(name)s”，请补上。") % {"name": name}
    elif kind == "extra_forbidden":
        near = difflib.get_close_matches(name, _names_at(error["loc"][:-1]), n=1)
        sentence = (
            _("不认识“%(name)s”。是不是“%(near)s”？") % {"name": name, "near": near[0]}
            if near
            else _("不认识“%(name)s”，请删掉或者改名。") % {"name": name}
        )
    elif kind == "literal_error":
        listed = re.findall(r"'([^']*)'|(\d+)", context["expected"])
        allowed = _("、").join(quoted or figure or _("（空）") for quoted, figure in listed)
        sentence = _("写的是“%(stood)s”，只能是其中一个：%(allowed)s。") % {"stood": stood, "allowed": allowed}
    elif kind == "string_too_short":
        sentence = _("这一项还空着，请写上。")
    elif kind == "string_pattern_mismatch":
        sentence = (
            _('写的是“%(stood)s”，要是四位数字，加上引号，比如 "0101"。') % {"stood": stood}
            if "d{4}" in context.get("pattern", "")
            else _("写的是“%(stood)s”，只能用小写字母、数字和下划线，以字母开头。") % {"stood": stood}
        )
    elif kind == "greater_than_equal":
        sentence = _("写的是 %(stood)s，最少是 %(least)s。") % {"stood": stood, "least": context["ge"]}
    elif kind == "less_than_equal":
        sentence = _("写的是 %(stood)s，最多是 %(most)s。") % {"stood": stood, "most": context["le"]}
    elif kind == "too_short":
        sentence = _("至少要写一条。")
    elif kind in ("int_parsing", "int_type", "int_from_float"):
        sentence = _("写的是“%(stood)s”，这里要写整数。") % {"stood": stood}
    elif kind in ("bool_parsing", "bool_type"):
        sentence = _("写的是“%(stood)s”，这里只能写 true 或 false。") % {"stood": stood}
    elif kind == "string_type":
        sentence = _("写的是“%(stood)s”，这里要写文字；数字要加引号。") % {"stood": stood}
    elif kind == "list_type":
        sentence = _("这里要写成一列，每条前面一个短横（- ）。")
    elif kind in ("model_type", "model_attributes_type", "dict_type"):
        sentence = _("写的是“%(stood)s”，这里要分开写几项，比如 {zh: …, en: …}。") % {"stood": stood}
    elif kind.startswith("date"):
        sentence = _("写的是“%(stood)s”，这里要写日期，比如 2026-12-01。") % {"stood": stood}
    else:
        sentence = _("“%(stood)s”写得不对。") % {"stood": stood}
    return Fault(path, sentence)


def _names_at(loc: tuple[int | str, ...]) -> list[str]:
    """The field names that are known at a place of an item."""
    model: Any = Item
    for part in loc:
        if isinstance(part, int) or not (isinstance(model, type) and issubclass(model, BaseModel)):
            continue
        known = model.model_fields.get(str(part))
        if known is None:
            return []
        model = known.annotation
        while get_args(model):
            model = next((one for one in get_args(model) if one is not type(None)), None)
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []
