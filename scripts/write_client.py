"""Write the typed Python client, clients/python/linli_client, from the interface's own document.

python scripts/write_client.py           writes it anew
python scripts/write_client.py --check   writes nothing; exit code 1 if it is older than the interface
"""

from __future__ import annotations

import keyword
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "clients" / "python" / "linli_client"
HEAD = (
    '"""{title}\n\nWritten by scripts/write_client.py from the document of the interface: change that, not this."""\n'
)
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def written() -> dict[str, str]:
    """Return the files of the client by name, formatted."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
    import django

    django.setup()
    from django.utils.translation import override

    from linli.core.api.house import house

    with override("en"):
        document = house().document()
    files = {"models.py": _models(document), "__init__.py": _client(document)}
    return {name: _formatted(name, text) for name, text in files.items()}


def _formatted(name: str, text: str) -> str:
    ruff = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(PACKAGE / name), "-"]
    return subprocess.run(ruff, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def _models(document: dict[str, Any]) -> str:
    lines = [
        HEAD.format(title="What is sent and answered, as typed dictionaries."),
        "from __future__ import annotations\n",
        "from typing import Any, Literal, NotRequired, TypedDict\n",
    ]
    for name, schema in sorted(document["components"]["schemas"].items()):
        if name.endswith("Part") or "properties" not in schema or name in ("Asking", "AskingInput"):
            continue
        lines.append(f"\nclass {name}(TypedDict):")
        if told := schema.get("description"):
            lines.append(f'    """{_doc(told)}"""\n')
        required = schema.get("required", [])
        for field, one in schema["properties"].items():
            kind = _kind(one)
            lines.append(f"    {field}: {kind if field in required else f'NotRequired[{kind}]'}")
        if not schema["properties"]:
            lines.append("    pass")
    return "\n".join(lines) + "\n"


def _client(document: dict[str, Any]) -> str:
    lines = [
        HEAD.format(title="The client of Linli's interface: one method for each operation."),
        "from __future__ import annotations\n",
        "from typing import Any, Literal, cast\n",
        "from linli_client import models",
        "from linli_client.transport import Answer, Problem, Send, Transport, Upload, new_key, pages, segment\n",
        '__all__ = ["Answer", "Linli", "Problem", "Send", "Transport", "Upload", "models", "new_key", "pages"]\n',
        "\nclass Linli:",
        '    """A server and a registered program: `Linli(Transport("https://…", client_id, client_secret))`."""\n',
        "    def __init__(self, transport: Transport) -> None:",
        "        self.transport = transport\n",
    ]
    for path, ways in document["paths"].items():
        for method, told in ways.items():
            lines += _method(method, path, told)
    return "\n".join(lines) + "\n"


def _method(method: str, path: str, told: dict[str, Any]) -> list[str]:
    inside = [one for one in told["parameters"] if one["in"] == "path"]
    query = [one for one in told["parameters"] if one["in"] == "query"]
    headers = {one["name"] for one in told["parameters"] if one["in"] == "header"}
    arguments = ["self", *(f"{_name(one['name'])}: str" for one in inside)]
    content = told.get("requestBody", {}).get("content", {})
    named: list[str] = []
    sent: list[str] = []
    if "application/json" in content:
        arguments.append(f"body: {_kind(content['application/json']['schema'], 'models.')}")
        sent.append("body=body")
    if "multipart/form-data" in content:
        schema = content["multipart/form-data"]["schema"]
        required = schema.get("required", [])
        for field, one in sorted(schema["properties"].items(), key=lambda pair: pair[0] not in required):
            kind = _kind(one, "models.")
            named.append(f"{_name(field)}: {kind}" if field in required else f"{_name(field)}: {kind} | None = None")
        sent.append("form={" + ", ".join(f'"{field}": {_name(field)}' for field in schema["properties"]) + "}")
    if query:
        for one in query:
            kind = _kind(one["schema"], "models.")
            named.append(f"{_name(one['name'])}: {kind}" + ("" if one["required"] else " | None = None"))
        sent.append("query={" + ", ".join(f'"{one["name"]}": {_name(one["name"])}' for one in query) + "}")
    if "If-Match" in headers:
        named.append("if_match: int | str")
        sent.append("if_match=if_match")
    if "Idempotency-Key" in headers:
        named.append("idempotency_key: str | None = None")
        sent.append("idempotency_key=idempotency_key or new_key()")
    if named:
        arguments += ["*", *sorted(named, key=lambda one: "=" in one)]
    answer, read = _answer(told)
    address = 'f"' + re.sub(r"{(\w+)}", lambda hit: "{segment(" + _name(hit[1]) + ")}", path) + '"'
    summary = told["summary"].rstrip(".") + "."
    description = told.get("description", "")
    scopes = sorted({scope for way in told["security"] for scope in way.get("oauth", [])})
    text = [f"    def {told['operationId']}({', '.join(arguments)}) -> {answer}:", f'        """{_doc(summary)}']
    if description:
        text += ["", *(f"        {line}".rstrip() for line in _doc(description).splitlines())]
    if scopes:
        text += ["", f"        Scopes: {' or '.join(scopes)}."]
    text += ['        """']
    call = f"self.transport.call({', '.join([repr(method.upper()), address, *sent])})"
    text.append(f"        {read.format(call=call)}\n")
    return text


def _answer(told: dict[str, Any]) -> tuple[str, str]:
    done = next(one for status, one in told["responses"].items() if status.startswith("2"))
    content = done.get("content", {})
    if "application/json" in content:
        kind = _kind(content["application/json"]["schema"], "models.")
        return kind, f"return cast({kind!r}, {{call}}.read())"
    return ("bytes", "return {call}.body") if content else ("None", "{call}")


def _kind(schema: dict[str, Any], prefix: str = "") -> str:
    """Return a schema as a type."""
    if "$ref" in schema:
        return prefix + str(schema["$ref"].rsplit("/", 1)[-1])
    if "allOf" in schema and len(schema["allOf"]) == 1:
        return _kind(schema["allOf"][0], prefix)
    if "anyOf" in schema:
        kinds = [one for one in schema["anyOf"] if not str(one.get("$ref", "")).endswith("Part")]
        return " | ".join(dict.fromkeys(_kind(one, prefix) for one in kinds))
    if "enum" in schema or "const" in schema:
        return f"Literal[{', '.join(repr(one) for one in schema.get('enum', [schema.get('const')]))}]"
    kind = schema.get("type")
    if kind == "array":
        return f"list[{_kind(schema.get('items', {}), prefix)}]"
    if kind == "object":
        return "dict[str, Any]"
    if schema.get("format") == "binary" or schema.get("contentMediaType"):
        return "Upload"
    return PLAIN.get(str(kind), "Any")


def _name(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


def _doc(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"""', "'''").strip()


def main(arguments: list[str]) -> int:
    code = 0
    for name, text in written().items():
        file = PACKAGE / name
        if file.exists() and file.read_text(encoding="utf-8") == text:
            print(f"{file.relative_to(ROOT)}: as the interface is")
        elif "--check" in arguments:
            print(f"{file.relative_to(ROOT)}: older than the interface; run python scripts/write_client.py")
            code = 1
        else:
            file.write_text(text, encoding="utf-8")
            print(f"{file.relative_to(ROOT)}: written anew")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
