"""CSV cells that stay data: what a spreadsheet would run as a formula is disarmed."""

import re

# What a spreadsheet takes for the start of a formula, also after blanks, behind invisible
# characters and in full width: owasp.org/www-community/attacks/CSV_Injection
FORMULA = re.compile(
    r"^(?:[\t\r\n]|[\s\x00-\x1f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@＝＋－＠])"
)
NUMBER = re.compile(r"^[+-]?\d+([.,]\d+)?$")


def disarm(cell: str) -> str:
    """The cell with a leading apostrophe where a spreadsheet would run it; others as they are.

    >>> disarm("=1+1"), disarm("@shop new in"), disarm("-3.5"), disarm("dress")
    ("'=1+1", "'@shop new in", '-3.5', 'dress')
    """
    return f"'{cell}" if FORMULA.match(cell) and not NUMBER.match(cell) else cell
