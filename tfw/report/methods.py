"""The methods of a report as a paragraph that can be pasted into a paper.

Every sentence is made from what is stored: what is not known is not said, and what a reader of the
paper would ask all the same is listed apart, in the notes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tfw.connection import clear_errors
from tfw.relevance.models import DEFAULT_TEMPLATE
from tfw.report.collection_words import collection_sentences
from tfw.report.sentences import (
    DEMO_FILE,
    Facts,
    is_invented,
    number,
    quality_sentences,
    scoring_sentences,
    surrounding_sentences,
)
from tfw.report.shown import Mask
from tfw.store import Store

INSTAGRAM_DOI = "10.7910/DVN/K7AW6F"
INSTAGRAM = (
    "Ha, Y. I., Kwon, S., Cha, M. and Joo, J. (2017). Fashion Conversation Data on Instagram. "
    f"Harvard Dataverse, doi:{INSTAGRAM_DOI}."
)
WITH_FEW = 30


@dataclass(frozen=True)
class Methods:
    """The paragraphs, the works to cite, and what to see to before publishing."""

    paragraphs: tuple[str, ...]
    references: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole as plain text, ready to paste."""
        cited = ["References", *self.references] if self.references else []
        return "\n\n".join([*self.paragraphs, *(["\n".join(cited)] if cited else [])]) + "\n"


def methods(facts: Facts, mask: Mask) -> Methods:
    """The methods of a report in words."""
    parts = (
        collection_sentences(facts),
        scoring_sentences(facts) if facts.figures.scored else iter(()),
        quality_sentences(facts.evaluation, bool(facts.choice.words(facts.run)))
        if facts.evaluation
        else iter(()),
        surrounding_sentences(facts, mask),
    )
    paragraphs = (" ".join(sentences) for sentences in parts)
    return Methods(
        tuple(text for text in paragraphs if text),
        (INSTAGRAM,) if _cites_instagram(facts) else (),
        tuple(_notes(facts)),
    )


def template_of(run: Mapping[str, Any] | None) -> str | None:
    """The hypothesis template that a run scored with; None where it did not score."""
    for step in (run or {}).get("steps", ()):
        if "score_posts" in str(step.get("notebook", "")):
            return str(step["parameters"].get("hypothesis_template", DEFAULT_TEMPLATE))
    return None


def learnt_from(
    store: Store, vocabulary: Mapping[str, Any], run: Mapping[str, Any] | None = None
) -> str | None:
    """The file that a vocabulary was learnt from, as the run that learnt it says, if one does."""
    learnt = vocabulary.get("created_at")
    if not vocabulary.get("documents") or learnt is None:
        return None
    with clear_errors("read the runs"):
        known = [*([run] if run else []), *store.database["runs"].find({}, {"steps": 1})]
    for step in (step for one in known for step in one.get("steps", ())):
        began, ended = _time(step.get("started_at")), _time(step.get("finished_at"))
        learns = "learn_vocabulary" in str(step.get("notebook", ""))
        if learns and began and ended and began <= learnt <= ended:
            return str(step["parameters"].get("instagram_file", DEMO_FILE))
    return None


def _time(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value  # type: ignore[return-value]


def _notes(facts: Facts) -> Iterator[str]:
    """What a reader would ask and the stored data do not tell."""
    figures, posts = facts.figures, facts.figures.posts
    if not facts.queries and (posts["source"] == "research-api").any():
        yield "Posts of the Research API have no stored windows here: say what was asked."
    if figures.scored and facts.template is None:
        yield "The hypothesis template is not recorded with these scores; 05_score_posts has it."
    if facts.vocabulary.get("documents") and facts.learnt_from is None:
        yield (
            "Which file the vocabulary was learnt from is not recorded. If it was the Instagram "
            f"fashion data set, cite it: {INSTAGRAM}"
        )
    if figures.scored < len(posts):
        yield f"{number(len(posts) - figures.scored, 'post')} have no verdict and are in no share."
    if len(figures.scoring.vocabularies) > 1 or len(figures.scoring.models) > 1:
        yield "Posts were scored with several vocabularies or models: run 05_score_posts on all."
    if figures.scored and facts.evaluation is None:
        yield "No labels: nobody has measured how often these verdicts are right."
    elif facts.evaluation and facts.evaluation.verdict.posts < WITH_FEW:
        yield "The evaluation rests on few labels, as its intervals say."


def _cites_instagram(facts: Facts) -> bool:
    if INSTAGRAM_DOI in str(facts.vocabulary.get("source", "")):
        return True
    return facts.learnt_from is not None and not is_invented(facts)
