"""What is wrong with a value of a query, in words that say what would be valid."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from difflib import get_close_matches

from tfw.records import MAX_INT64
from tfw.sources.research.fields import REGION_HINTS, REGIONS, VIDEO_LENGTHS, Kind

FIRST_YEAR = 2014
EXACT_FLOAT_BITS = 53
LOST_DIGITS = (
    "Its last digits are lost; take it again from the original source, with the column formatted "
    "as text"
)


def suggestion(name: str, valid: Iterable[str], hints: dict[str, str] | None = None) -> str:
    """`` (did you mean X?)`` where a valid name is close, else nothing."""
    known = {word.lower(): word for word in valid}
    close = get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    hint = (hints or {}).get(name.lower()) or (known[close[0]] if close else None)
    return f" (did you mean {hint}?)" if hint else ""


def tidy_values(kind: Kind | None, values: object) -> tuple[str, ...]:
    """Values as the API wants them: texts without outer blanks, each once, in their order.

    Hashtags and user names become lower case, which the API compares.

    Raises:
        ValueError: a value is neither text nor a whole number.
    """
    given = values if isinstance(values, Iterable) and not isinstance(values, str) else [values]
    texts = [_as_text(value) for value in given]
    if kind in ("hashtag", "username"):
        texts = [text.lower() for text in texts]
    return tuple(dict.fromkeys(texts))


def values_problems(kind: Kind, values: Sequence[str]) -> list[str]:
    """What is wrong with values of one kind; an empty list for good ones."""
    problems = [problem for value in values if (problem := value_problem(kind, value))]
    if kind == "id" and not problems:
        problems += _rounded_problems(values)
    return problems


def value_problem(kind: Kind, value: str) -> str | None:
    """What is wrong with one value, or None."""
    if not value.strip():
        return "a value is empty; give text between the commas, or take the commas out"
    if unseen := [sign for sign in value if unicodedata.category(sign) in ("Cc", "Cs")]:
        return f"{value!r} has the unseen character {unseen[0]!r} in it; write the value anew"
    return CHECKS[kind](value)


def parse_date(text: str) -> date:
    """The date of eight digits.

    Raises:
        ValueError: it is no date; the message says what to write.
    """
    swapped = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", text)
    if swapped:
        year, month, day = swapped.groups()
        raise ValueError(
            f"{text!r} has signs between its parts; write {year}{int(month):02}{int(day):02}"
        )
    if not re.fullmatch(r"[0-9]{8}", text):
        raise ValueError(f"{text!r} is not a date; write year, month and day, such as 20230131")
    try:
        found = datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise ValueError(
            f"{text!r} is not a day of the calendar; write year, month and day (YYYYMMDD), "
            "such as 20230131"
        ) from None
    if found.year < FIRST_YEAR:
        raise ValueError(
            f"{text!r} lies before TikTok; write year, month and day (YYYYMMDD), such as 20230131"
        )
    return found


def looks_rounded(value: str) -> bool:
    """Whether an id ends as a number does that a spreadsheet cut to 15 digits."""
    return len(value) > 15 and value.endswith("0000")


def _as_text(value: object) -> str:
    if isinstance(value, bool) or value is None:
        raise ValueError(f"{value!r} is not text; in YAML, put it in quotes")
    if isinstance(value, float):
        raise ValueError(
            f"{value!r} is a number with a point: an id would have lost its last digits. "
            "Write it as text, in quotes, from the original source"
        )
    if isinstance(value, int | str):
        return str(value).strip()
    raise ValueError(f"{value!r} is not text")


def _check_date(value: str) -> str | None:
    try:
        parse_date(value)
    except ValueError as error:
        return str(error)
    return None


def _check_username(value: str) -> str | None:
    name = value.rstrip("/").rpartition("@")[2]
    if "@" in value:
        return f"{value!r} has an @ in it; user names stand without it: {name}"
    if not re.fullmatch(r"[\w.\-]{1,64}", value):
        return (
            f"{value!r} is no user name; it has letters, digits, '_' and '.' only. It is the "
            "handle in the account's address, not the name shown above it"
        )
    return None


def _check_region(value: str) -> str | None:
    if value in REGIONS:
        return None
    upper = value.upper()
    if upper in REGIONS:
        return f"{value!r} is written in small letters; write {upper}"
    hint = REGION_HINTS.get(upper)
    start = [code for code in REGIONS if upper and code[0] == upper[0]]
    near = f"; codes with {upper[0]}: {' '.join(start)}" if start else ""
    use = f"write {hint}" if hint else "codes are two capital letters such as GB, US or FR" + near
    return f"{value!r} is none of the {len(REGIONS)} region codes; {use}"


def _check_id(value: str) -> str | None:
    if re.fullmatch(r"[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+", value) or re.fullmatch(
        r"[0-9]+\.0*", value
    ):
        return f"{value!r} was rounded by a spreadsheet. {LOST_DIGITS}"
    if not re.fullmatch(r"[0-9]+", value) or int(value) > MAX_INT64:
        return f"{value!r} is no id; ids are digits alone, such as 7472336753637412325"
    return None


def _rounded_problems(values: Sequence[str]) -> list[str]:
    """Ids that end in zeros more often than chance has it (1 in 10,000)."""
    cut = [value for value in values if looks_rounded(value)]
    if len(cut) * 100 > len(values):
        return [f"{value!r} was rounded by a spreadsheet: it ends in zeros. {LOST_DIGITS}"
                for value in cut]  # fmt: skip
    long = [int(value) for value in values if int(value).bit_length() > EXACT_FLOAT_BITS]
    coarse = [n for n in long if n % 2 ** (n.bit_length() - EXACT_FLOAT_BITS) == 0]
    if len(coarse) >= 3 and len(coarse) * 2 > len(long):
        return [f"{str(coarse[0])!r} and {len(coarse) - 1} more ids were rounded by a program "
                f"that read them as decimal numbers. {LOST_DIGITS}"]  # fmt: skip
    return []


def _check_hashtag(value: str) -> str | None:
    if value.startswith(("#", "＃")):
        return f"{value!r} has a # in it; hashtags stand without it: {value.lstrip('#＃')}"
    if re.search(r"[\s#＃]", value):
        whole = re.sub(r"[\s#＃]", "", value)
        return (
            f"{value!r} is no hashtag: those have neither blanks nor # in them. Write {whole}, or "
            "use field_name = keyword for a phrase"
        )
    return None


def _check_text(value: str) -> str | None:
    if value[0] in '“”„«»"' or value[-1] in '“”„«»"':
        return f"{value!r} has a quotation mark in it; write plain ones around the whole phrase"
    return None


def _check_length(value: str) -> str | None:
    if value in VIDEO_LENGTHS:
        return None
    meaning = ", ".join(f"{word} ({range_})" for word, range_ in VIDEO_LENGTHS.items())
    return f"{value!r} is no video length{suggestion(value, VIDEO_LENGTHS)}. Valid: {meaning}"


def _check_count(value: str) -> str | None:
    if re.fullmatch(r"[0-9]+", value):
        return None
    return f"{value!r} is no whole number; write digits alone, such as 1000"


CHECKS: dict[Kind, Callable[[str], str | None]] = {
    "date": _check_date,
    "username": _check_username,
    "region": _check_region,
    "id": _check_id,
    "hashtag": _check_hashtag,
    "text": _check_text,
    "length": _check_length,
    "count": _check_count,
}
