"""What a browser says it is, in a word that its owner recognises. A hint for people, never a check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# The order counts: Edge says that it is Chrome, and Chrome that it is Safari.
_BROWSERS = (
    ("micromessenger", "wechat"),
    ("edg/", "edge"),
    ("edga/", "edge"),
    ("firefox/", "firefox"),
    ("fxios/", "firefox"),
    ("chrome/", "chrome"),
    ("crios/", "chrome"),
    ("safari/", "safari"),
)
_SYSTEMS = (
    ("harmonyos", "harmony"),
    ("openharmony", "harmony"),
    ("android", "android"),
    ("iphone", "iphone"),
    ("ipad", "ipad"),
    ("windows", "windows"),
    ("mac os x", "mac"),
    ("linux", "linux"),
)

BROWSER_NAMES: dict[str, _StrPromise | str] = {
    "wechat": _("微信"),
    "edge": "Edge",
    "firefox": "Firefox",
    "chrome": "Chrome",
    "safari": "Safari",
}
SYSTEM_NAMES: dict[str, _StrPromise | str] = {
    "harmony": _("鸿蒙手机"),
    "android": _("安卓手机"),
    "iphone": "iPhone",
    "ipad": "iPad",
    "windows": _("Windows 电脑"),
    "mac": _("苹果电脑"),
    "linux": _("Linux 电脑"),
}


def device_of(user_agent: str) -> tuple[str, str]:
    """Return the words for browser and system; empty where nothing is recognised."""
    says = user_agent.lower()
    browser = next((word for sign, word in _BROWSERS if sign in says), "")
    system = next((word for sign, word in _SYSTEMS if sign in says), "")
    return browser, system


def in_words(browser: str, system: str) -> str:
    """Return what to call the device in front of people: Windows 电脑，Chrome."""
    names = [str(SYSTEM_NAMES.get(system, "")), str(BROWSER_NAMES.get(browser, ""))]
    return str(_("，")).join(name for name in names if name) or str(_("认不出的设备"))
