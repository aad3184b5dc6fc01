"""Cells and JSON values as other tools write them, turned into what the records hold.

A number that is not known is None. Something that cannot be meant raises :class:`BadValue` with
the name of its field, so that its row is set aside. :mod:`tfw.sources.times` reads times.
"""

import ast
import json
import math
import re
import warnings
from collections.abc import Mapping
from decimal import Decimal

from tfw.records import clean_text, hashtags_in
from tfw.sources.outcomes import BadValue

UNKNOWN = frozenset({"", "-", "nan", "none", "null", "n/a", "na", "<na>", "nat", "undefined"})
YES = frozenset({"true", "yes", "y", "1", "1.0", "wahr", "ja"})
NO = frozenset({"false", "no", "n", "0", "0.0", "falsch", "nein"})
GROUPED = re.compile(r"\d{1,3}(?:([.,'’\s])\d{3})(?:\1\d{3})*")
SHORTENED = re.compile(r"(\d{1,12}(?:[.,]\d{1,6})?)\s*([kmb万萬億亿])", re.IGNORECASE)
WHOLE = re.compile(r"(\d{1,19})(?:[.,]0{1,6})?")
FACTORS = {"k": 10**3, "m": 10**6, "b": 10**9, "万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8}
LINKED_ID = re.compile(r"/(?:video|photo|v)/(\d{5,20})")


def text_of(value: object) -> str:
    """The text of a cell; an empty one where there is none."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return clean_text(value if isinstance(value, str) else str(value))


def word_of(value: object) -> str | None:
    """A short text such as a handle or a country, or None where there is only a blank.

    ``NA`` is Namibia and somebody's handle, so words that mean "unknown" count for numbers only.
    """
    return text_of(value).strip() or None


def count(field: str, value: object) -> int | None:
    """A number of likes, plays or comments.

    >>> [count("likes", text) for text in ("23500", "23,500", "86.4K", "1.2M", 1234.0, "")]
    [23500, 23500, 86400, 1200000, 1234, None]
    """
    if isinstance(value, bool):
        raise BadValue(field, value, "is not a count")
    if isinstance(value, int):
        return _not_negative(field, value)
    text = number_text(value)
    if text is None:
        return None
    number = _read_count(field, text)
    if number is None:
        problem = "is negative" if text.startswith("-") else "is not a count"
        raise BadValue(field, value, problem)
    return number


def number_text(value: object) -> str | None:
    """How a number is written, without the ``.0`` of whole floats; None where there is none."""
    if isinstance(value, float | Decimal) and math.isfinite(value) and value == int(value):
        return str(int(value))
    text = text_of(value).strip()
    return None if text.lower() in UNKNOWN else text


def _read_count(field: str, text: str) -> int | None:
    if found := GROUPED.fullmatch(text):
        if found.group(1) == "." and re.fullmatch(r"\d+\.000", text):
            raise BadValue(field, text, "could be a whole number with decimals or thousands")
        return int(re.sub(r"\D", "", text))
    if found := WHOLE.fullmatch(text):
        return int(found.group(1))
    if found := SHORTENED.fullmatch(text):
        number = Decimal(found.group(1).replace(",", "."))
        return int(number * FACTORS[found.group(2).lower()])
    return None


def _not_negative(field: str, value: int) -> int:
    if value < 0:
        raise BadValue(field, value, "is negative")
    return value


def seconds(field: str, value: object) -> float | None:
    """A duration in seconds, also from ``1:02``; 0, as photo posts have it, is not known."""
    text = number_text(value)
    if text is None:
        return None
    parts = text.replace(",", ".").split(":")
    if len(parts) > 3 or not all(re.fullmatch(r"\d{1,9}(\.\d+)?", part) for part in parts):
        raise BadValue(field, value, "is not a duration in seconds")
    total = sum(float(part) * 60**place for place, part in enumerate(reversed(parts)))
    return total or None


def flag(field: str, value: object) -> bool | None:
    """Yes or no; None where a tool wrote something else or nothing."""
    text = text_of(value).strip().lower()
    return True if text in YES else False if text in NO else None


def secondary_id(value: object) -> str | None:
    """The id of an author or a sound; a rounded one is dropped, not the whole post with it."""
    text = None if isinstance(value, bool | float) else word_of(value)
    return text if text and re.fullmatch(r"[1-9]\d{0,19}", text) else None


def linked_id(value: object) -> object:
    """The post id in an address, or the value itself where it is not an address."""
    found = LINKED_ID.search(value) if isinstance(value, str) else None
    return found.group(1) if found else value


def needed(field: str, value: object) -> object:
    """The value, which must be there."""
    if value is None or text_of(value).strip() == "":
        raise BadValue(field, value, "is missing")
    return value


def hashtag_names(value: object) -> list[str]:
    """Hashtags from a list, the text of a Python or JSON list, ``#a #b``, or ``a, b``."""
    if isinstance(value, list | tuple | set):
        return [name for entry in value if (name := _hashtag_name(entry))]
    text = text_of(value).strip()
    if text.startswith(("[", "(", "{")):
        listed = python_or_json(text)
        if isinstance(listed, list | tuple | set):
            return hashtag_names(list(listed))
        text = text.strip("[](){}").replace("'", "").replace('"', "")
    if "#" in text or "＃" in text:
        return list(hashtags_in(text))
    separator = r"[,;|\n]" if re.search(r"[,;|\n]", text) else r"\s+"
    return [name for part in re.split(separator, text) if (name := word_of(part))]


def _hashtag_name(entry: object) -> str | None:
    """The name in one entry of a list: a text, or an object as the site and the API have it."""
    if not isinstance(entry, Mapping):
        return word_of(entry)
    for key in ("hashtag_name", "hashtagName", "title", "name"):
        if name := word_of(entry.get(key)):
            return name
    return None


def python_or_json(text: str) -> object:
    """The value of a JSON or Python literal, or None where the text is neither."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        with warnings.catch_warnings():
            # A backslash in somebody's hashtag is no matter for the person at the screen.
            warnings.simplefilter("ignore")
            return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None
