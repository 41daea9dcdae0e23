"""Finding an item by what people type: names, their own words, pinyin and initials. Pure, over one line of text a kind.

search_text has a line each for names, people's words, pinyin, summary and facets, the entries between bars:

    n|高龄津贴|old-age allowance|
    k|长寿金|老人钱|
    p|gaolingjintie|gljt|changshoujin|csj|
    s|户口在本地、满 80 岁的老人…|a monthly allowance…|
    f|life_event:old_age|audience:older_people|field:social_relief|channel:online|

so that a database narrows with plain substrings, on SQLite and PostgreSQL alike, and `rank` orders what is left.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from pathlib import Path

import yaml

from linli.services.catalogue.content import Item

PEOPLES_WORDS = Path(__file__).parent / "data" / "peoples_words.yaml"
QUERY_MAX = 60
HAN = re.compile(r"[\u4e00-\u9fff]")

NAME, WORD, NAME_START, NAME_INSIDE, WORD_START, SOUND, WORD_INSIDE, SOUND_START, SAID, SUMMARY, ALIKE = (
    110, 105, 100, 80, 75, 70, 65, 60, 55, 40, 10,
)  # fmt: skip
"""What a hit is worth: the whole name, exactly one of the people's words (低保 means 最低生活保障 before 低保边缘家庭),
the start of a name, … at last some pairs of characters in common.
"""
FILLERS = re.compile(
    r"请问|怎么|怎样|如何|哪里|在哪|去哪|可以|能不能|想要|想|需要|办理|申请|领取|手续|材料|流程|什么|[我要给的吗呢啊了]"
)
"""What a question is made of beside its matter."""


def plain(text: str) -> str:
    """Return the text as it is compared: one width, lower case, single spaces, no bars, no control characters."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(
        "".join(" " if character == "|" or ord(character) < 32 else character for character in text).split()
    )


@functools.cache
def peoples_words() -> dict[str, tuple[str, ...]]:
    """Return what people call the items, by item code, from data/peoples_words.yaml."""
    told = yaml.safe_load(PEOPLES_WORDS.read_text(encoding="utf-8"))
    return {code: tuple(called) for code, called in told.items()}


def text_of(item: Item) -> str:
    """Return the search_text of an item."""
    names = [plain(item.name.zh), plain(item.name.en)]
    called = list(dict.fromkeys(plain(word) for word in (*item.keywords, *peoples_words().get(item.code, ()))))
    facets = [
        *(f"life_event:{event}" for event in item.life_events),
        *(f"audience:{audience}" for audience in item.audiences),
        *(f"field:{field}" for field in item.fields),
        *(f"channel:{channel}" for channel in item.channels),
    ]
    told = {
        "n": names,
        "k": called,
        "p": list(dict.fromkeys(sound for word in (names[0], *called) for sound in sounds(word))),
        "s": [plain(item.summary.zh), plain(item.summary.en), plain(item.result.name.zh)],
        "f": facets,
    }
    return "\n".join(f"{kind}|" + "".join(f"{entry}|" for entry in entries) for kind, entries in told.items())


def sounds(word: str) -> list[str]:
    """Return a Chinese word's pinyin and initials: gaolingjintie, gljt; nothing for other words."""
    if not HAN.search(word):
        return []
    from pypinyin import Style, lazy_pinyin  # its dictionary is read for whoever writes items, not at every start

    whole = re.sub(r"[^a-z0-9]", "", "".join(lazy_pinyin(word)).casefold())
    initials = re.sub(r"[^a-z0-9]", "", "".join(lazy_pinyin(word, style=Style.FIRST_LETTER)).casefold())
    return [whole, initials] if len(initials) > 1 else [whole]


def facet(kind: str, value: str) -> str:
    """Return the substring that a search_text has where the item belongs to the facet."""
    return f"|{kind}:{value}|"


def words_of(query: str) -> list[str]:
    """Return the words of a query, as they are compared, at most 60 characters of it."""
    return plain(query[:QUERY_MAX]).split()


def rank(search_text: str, query: str) -> int:
    """Return how well an item fits what somebody typed; 0 where it does not.

    Every word typed must be found. Where the words are not found, a sentence that contains the item's name or one
    of the people's words fits (我想办低保), and then a query that shares half of its pairs of characters.
    """
    typed = words_of(query)
    if not typed:
        return 0
    lines = _lines(search_text)
    whole = max((_rank_word(lines, "".join(typed)), _rank_word(lines, " ".join(typed))))
    if whole:
        return whole
    each = [_rank_word(lines, word) for word in typed]
    if all(each):
        return min(each)
    return _rank_sentence(lines, _known_pairs(search_text), "".join(typed))


@functools.lru_cache(maxsize=2_000)
def _lines(search_text: str) -> dict[str, list[str]]:
    """Return the entries of each kind; kept, for a search looks at every item in force."""
    return {line[0]: line[2:].rstrip("|").split("|") for line in search_text.split("\n") if line[1:2] == "|"}


def _rank_word(lines: dict[str, list[str]], word: str) -> int:
    names, called, pinyin = lines.get("n", []), lines.get("k", []), lines.get("p", [])
    latin = word.isascii()
    if word in names:
        return NAME
    if any(name.startswith(word) for name in names):
        return NAME_START
    if word in called:
        return WORD
    if latin:
        if word in pinyin and len(word) > 1:
            return SOUND
        if len(word) > 1 and any(sound.startswith(word) for sound in pinyin):
            return SOUND_START
        begins = re.compile(rf"\b{re.escape(word)}")
        if any(begins.search(name) for name in names):
            return NAME_INSIDE
        return SUMMARY if len(word) > 2 and any(begins.search(text) for text in lines.get("s", [])) else 0
    if any(word in name for name in names):
        return NAME_INSIDE
    if any(entry.startswith(word) for entry in called):
        return WORD_START
    if any(word in entry for entry in called):
        return WORD_INSIDE
    return SUMMARY if any(word in text for text in lines.get("s", [])) else 0


@functools.lru_cache(maxsize=2_000)
def _known_pairs(search_text: str) -> frozenset[str]:
    """Return the pairs of characters that an item's names, words and summary have; kept as the entries are."""
    lines = _lines(search_text)
    return frozenset(_pairs("|".join((*lines.get("n", []), *lines.get("k", []), *lines.get("s", [])))))


def _rank_sentence(lines: dict[str, list[str]], known: frozenset[str], sentence: str) -> int:
    said = [entry for entry in (*lines.get("n", []), *lines.get("k", [])) if len(entry) > 1 and entry in sentence]
    if said:
        return SAID + min(len(max(said, key=len)), 4)
    pairs = _pairs(FILLERS.sub("", sentence))
    if not pairs or not HAN.search(sentence):
        return 0
    shared = len(pairs & known)
    return ALIKE + shared if 2 * shared >= len(pairs) else 0


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1) if HAN.search(text[place : place + 2])}
