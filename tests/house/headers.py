"""What every answer must tell the browser, whoever asks and whatever became of it."""

from __future__ import annotations

from typing import Any

from linli.core.http.headers import ALWAYS

NO_SCRIPT_OF_OTHERS = ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "trusted-types linli")
SANDBOXED = "sandbox; default-src 'none'"


def missing_from(answer: Any) -> list[str]:
    """Return what an answer lacks of the headers that each must bear."""
    wrong = [name for name, value in ALWAYS.items() if answer.get(name) != value]
    policy = answer.get("Content-Security-Policy", "")
    if policy != SANDBOXED:
        wrong += [part for part in (*NO_SCRIPT_OF_OTHERS, "require-trusted-types-for 'script'") if part not in policy]
        if "unsafe" in policy or "*" in policy:
            wrong.append(f"a policy with holes: {policy}")
    if "Cache-Control" not in answer:
        wrong.append("Cache-Control")
    return wrong


def keeps_to_itself(answer: Any) -> bool:
    """Tell whether no cache, the browser's own included, may keep the answer."""
    return "no-store" in answer.get("Cache-Control", "")
