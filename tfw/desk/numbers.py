"""Numbers as people type them, with a decimal point or a decimal comma."""

import re

from tfw.errors import InputError

# Blanks and apostrophes that group digits: 1 000, 1 000 (no-break, narrow), 1'000.
_GROUPING = re.compile("[\\s\u00a0\u202f\u2009'’]")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*")


def parse_number(text: str) -> float:
    """The number of a text in English or German format.

    >>> parse_number("0.55"), parse_number("0,55"), parse_number("1.234,5"), parse_number("1,234.5")
    (0.55, 0.55, 1234.5, 1234.5)

    Raises:
        InputError: it is no number, or it may be two ("1.234" is one or over a thousand).
    """
    bare = _GROUPING.sub("", text.strip())
    if "." in bare and "," in bare:
        decimal = max(".,", key=bare.rfind)
        grouping = "," if decimal == "." else "."
        whole, _, rest = bare.rpartition(decimal)
        if not _GROUPED.fullmatch(whole) or grouping in rest:
            raise _no_number(text)
        return _float(f"{whole.replace(grouping, '')}.{rest}", text)
    if found := _GROUPED.fullmatch(bare):
        if bare.count(found[1]) > 1:
            return _float(bare.replace(found[1], ""), text)
        whole, fraction = bare.split(found[1])
        raise InputError(
            f"{text.strip()!r} may mean {whole}{fraction} or {whole}.{fraction}0; write "
            f"{whole}{fraction} or {whole}.{fraction}0."
        )
    return _float(bare.replace(",", "."), text)


def parse_whole(text: str) -> int:
    """The whole number of a text; groups of three digits may be parted in any usual way.

    >>> parse_whole("1.234"), parse_whole("1,234"), parse_whole("12 000")
    (1234, 1234, 12000)

    Raises:
        InputError: it is no whole number.
    """
    bare = _GROUPING.sub("", text.strip())
    if _GROUPED.fullmatch(bare):
        bare = bare.replace(".", "").replace(",", "")
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", bare):
        raise InputError(f"{text.strip()!r} is not a whole number, such as 50.")
    return int(bare)


def _float(bare: str, text: str) -> float:
    if not re.fullmatch(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)", bare):
        raise _no_number(text)
    return float(bare)


def _no_number(text: str) -> InputError:
    return InputError(f"{text.strip()!r} is not a number, such as 0.55 or 0,55.")
