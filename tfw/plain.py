"""Text of people, of the platform or of a server, in one line that shows all that is in it."""

import re

# Controls, ends of lines, and the marks that turn the rest of a line around or cannot be seen.
# Joiners stay: they are part of emoji and of Persian words.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


def one_line(text: object) -> str:
    r"""The text on one line, with a blank for what cannot be seen.

    >>> one_line("linen\n\u202e dress ")
    'linen dress'
    """
    return " ".join(_UNSEEN.sub(" ", str(text)).split())
