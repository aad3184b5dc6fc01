"""The card that shows why a post is in or out, for notebooks and pages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from tfw.relevance.matching import hashtags_beside
from tfw.relevance.why import Why
from tfw.report.embed import asset, environment
from tfw.report.shown import Mask, open_mask

# The bar of terms is full at so many, or at one more than the threshold asks for.
FULL_BAR = 5
PERCENT = 100


@dataclass(frozen=True)
class MarkedPiece:
    """A stretch of a text; ``note`` names the vocabulary term that it is, if it is one."""

    text: str
    note: str | None = None


@dataclass(frozen=True)
class Bar:
    """A score against its threshold: how full the bar is and where the line stands, in percent."""

    fill: float
    line: float


def why_card(found: Why, mask: Mask | None = None) -> Markup:
    """The card as HTML that can stand in any page; all texts are escaped, names are hidden.

    Args:
        found: the answer of :func:`tfw.relevance.why.why`.
        mask: how names are shown; when not given, as the answer says.

    Raises:
        ParameterError: an unknown privacy level, or ``keep`` without a reason.
    """
    mask = mask or open_mask(found.privacy, found.reason)
    post = found.post
    return Markup(
        environment()
        .get_template("why_card.html.j2")
        .render(
            css=asset("why_card.css"),
            found=found,
            url=mask.url(post),
            author=mask.author(post),
            why=mask.text(found.why.partition(": ")[2]),
            description=list(_marked(found, mask, "description", post.get("description", ""))),
            hashtags=list(_marked(found, mask, "hashtags", _hashtags(post))),
            terms=[(term, [mask.text(form) for form in term.written]) for term in found.terms],
            label_bar=_label_bar(found),
            terms_bar=_terms_bar(found),
            relative=found.relative,
        )
    )


def _hashtags(post: Mapping[str, Any]) -> str:
    return hashtags_beside(post.get("description", ""), post.get("hashtags", ()))


def _marked(found: Why, mask: Mask, part: str, text: str) -> Iterator[MarkedPiece]:
    spans = [
        (span["start"], span["end"])
        for hit in found.post["relevance"].get("terms", ())
        for span in hit.get("spans", ())
        if span["field"] == part
    ]
    notes = {form: f"{term.term} ({term.kind})" for term in found.terms for form in term.written}
    for piece in mask.pieces(text, spans, whole=True):
        note = notes.get(piece.text.lower(), "vocabulary term") if piece.term else None
        yield MarkedPiece(piece.text, note)


def _label_bar(found: Why) -> Bar:
    return Bar((found.label or 0.0) * PERCENT, found.thresholds.label * PERCENT)


def _terms_bar(found: Why) -> Bar:
    """The line lies between the last number of terms that is out and the first one in."""
    limit = found.thresholds.vocabulary
    full = max(FULL_BAR, limit + 1, found.vocabulary)
    return Bar(found.vocabulary / full * PERCENT, (limit + 0.5) / full * PERCENT)
