"""The three scores of a post and its verdict, each with its reason.

* statistical: (likes + comments + shares + plays) / max(days since posting, 1), with weights
* vocabulary: the number of different vocabulary terms in the post
* label: the probability that the text is about a fashion label

See docs/scores.md for the definitions and for what they are good for.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm.auto import tqdm

from tfw.errors import InputError
from tfw.records import Relevance
from tfw.relevance.matching import Matcher, hashtags_beside
from tfw.relevance.models import (
    DEFAULT_LABELS,
    DEFAULT_TEMPLATE,
    LabelModel,
    check_labels,
    combined,
    load_model,
    texts_for,
)
from tfw.relevance.score_cache import CachedModel
from tfw.relevance.thresholds import Thresholds, keep_thresholds
from tfw.relevance.vocabulary import Vocabulary, load_vocabulary

if TYPE_CHECKING:
    from tfw.store import Store

COUNTERS = ("likes", "comments", "shares", "plays")
DEFAULT_WEIGHTS: Mapping[str, float] = dict.fromkeys(COUNTERS, 1.0)
BATCH = 500
# Longer than any batch takes; a process that died gives its posts back after it.
LEASE = timedelta(minutes=15)


@dataclass(frozen=True)
class Scorer:
    """Scores posts with one vocabulary, one label model and one set of thresholds."""

    vocabulary: Vocabulary
    model: LabelModel
    thresholds: Thresholds = field(default_factory=Thresholds)
    labels: Sequence[str] = DEFAULT_LABELS
    template: str = DEFAULT_TEMPLATE
    contrast: Sequence[str] = ()
    weights: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    with_comments: bool = False

    def __post_init__(self) -> None:
        check_labels(self.labels, self.template, self.contrast)
        check_weights(self.weights)

    @cached_property
    def matcher(self) -> Matcher:
        """The matcher of the vocabulary."""
        return Matcher(self.vocabulary)

    @cached_property
    def fingerprint(self) -> str:
        """Names everything the stored scores depend on, but not the thresholds.

        Thresholds are applied to stored scores again, so a new threshold scores nothing anew.
        """
        parts = [
            self.vocabulary.id,
            self.model.key,
            list(self.labels),
            list(self.contrast),
            self.template,
            sorted(self.weights.items()),
            self.with_comments,
        ]
        return hashlib.blake2b(json.dumps(parts).encode(), digest_size=8).hexdigest()

    def score(
        self,
        posts: Sequence[Mapping[str, Any]],
        comments: Mapping[str, list[str]] | None = None,
    ) -> list[Relevance]:
        """The relevance of posts as the database has them, in their order.

        Args:
            posts: documents with description, hashtags, stats and created_at.
            comments: the comment texts of each post id; read only with ``with_comments``.
        """
        captions = [caption_of(post) for post in posts]
        texts = texts_for(self.model, captions)
        probabilities = self._label_scores(texts, self._judged_before(posts, texts))
        said, at = comments or {}, datetime.now(UTC)
        return [
            self._relevance(post, text, probabilities[text], said.get(post["_id"], []), at)
            for post, text in zip(posts, texts, strict=True)
        ]

    def _judged_before(
        self, posts: Sequence[Mapping[str, Any]], texts: Sequence[str]
    ) -> dict[str, dict[str, float]]:
        """Label scores that still hold: only counters of these posts have changed."""
        stored = [
            (text, post.get("relevance") or {}) for post, text in zip(posts, texts, strict=True)
        ]
        return {
            text: dict(old["labels"])
            for text, old in stored
            if old.get("fingerprint") == self.fingerprint and old.get("text_id") == text_id(text)
        }

    def _label_scores(
        self, texts: Sequence[str], known: dict[str, dict[str, float]]
    ) -> dict[str, dict[str, float]]:
        """The label scores of each different text; a text that is copied is scored once."""
        different = [text for text in dict.fromkeys(texts) if text not in known]
        scores = self.model.score(different, self.labels, self.template, contrast=self.contrast)
        return known | {
            text: {
                label: round(float(value), 6)
                for label, value in zip(self.labels, row, strict=True)
                if value == value  # nan: nothing to judge
            }
            for text, row in zip(different, scores, strict=True)
        }

    def _combined(self, labels: Mapping[str, float]) -> float | None:
        """One label score from several (see :func:`tfw.relevance.models.combined`)."""
        if not labels:
            return None
        row = np.array([list(labels.values())])
        return round(float(combined(row, compete=bool(self.contrast))[0]), 6)

    def _relevance(
        self,
        post: Mapping[str, Any],
        text: str,
        labels: dict[str, float],
        comments: list[str],
        at: datetime,
    ) -> Relevance:
        talk = "\n".join([post.get("comments_text", ""), *comments]) if self.with_comments else ""
        terms = self.matcher.match(
            post.get("description", ""), post.get("hashtags", ()), talk.strip()
        )
        label = self._combined(labels)
        days = days_since_posting(post)
        return Relevance(
            statistical=statistical_score(post, self.weights, days),
            vocabulary=len(terms),
            label=label,
            verdict=self.thresholds.verdict(label, len(terms)),
            why=self.thresholds.why(label, [hit.term for hit in terms]),
            terms=terms,
            days=days,
            labels=labels,
            vocabulary_id=self.vocabulary.id,
            model=self.model.name,
            thresholds=self.thresholds.values,
            fingerprint=self.fingerprint,
            text_id=text_id(text),
            at=at,
        )


def caption_of(post: Mapping[str, Any]) -> str:
    """The description with the hashtags that stand beside it and not in it."""
    description = post.get("description", "")
    return f"{description} {hashtags_beside(description, post.get('hashtags', ()))}".strip()


def text_id(text: str) -> str:
    """A short name of a text's content."""
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def days_since_posting(post: Mapping[str, Any]) -> int | None:
    """Whole days from posting until the counters were read, at least 1; None when unknown."""
    created, read = post.get("created_at"), post.get("stats", {}).get("collected_at")
    return max((read - created).days, 1) if created and read else None


def statistical_score(
    post: Mapping[str, Any], weights: Mapping[str, float], days: int | None
) -> float | None:
    """Weighted interactions a day; None when a counter with a weight, or the age, is unknown.

    A missing counter is not a zero: the sum would be too small and nobody would see it.
    """
    stats = post.get("stats", {})
    values = [(stats.get(name), weight) for name, weight in weights.items() if weight]
    if days is None or any(value is None for value, _ in values):
        return None
    return float(sum(value * weight for value, weight in values)) / max(days, 1)


def check_weights(weights: Mapping[str, float]) -> None:
    """Refuse weights of counters that do not exist, and negative ones.

    Raises:
        InputError: with the names that are valid.
    """
    unknown = sorted(set(weights) - {*COUNTERS, "saves"})
    if unknown or any(weight < 0 for weight in weights.values()):
        raise InputError(
            f"The weights {dict(weights)!r} are not valid: names are {', '.join(COUNTERS)}, saves; "
            "values are 0 or more."
        )


@dataclass(frozen=True)
class ScoreSummary:
    """What a scoring pass did and found."""

    scored: int
    fashion: int
    waiting: int
    vocabulary_id: str
    model: str
    seconds: float

    def __str__(self) -> str:
        share = f" ({self.fashion / self.scored:.0%})" if self.scored else ""
        left = f"; {self.waiting:,} still wait" if self.waiting else "; none waits"
        return f"{self.scored:,} posts scored, {self.fashion:,} fashion{share}{left}"


def score_posts(
    store: "Store",
    *,
    max_posts_to_process: int = 50,
    vocabulary: str | Vocabulary = "latest",
    model: str | LabelModel = "minilm",
    labels: Sequence[str] = DEFAULT_LABELS,
    template: str = DEFAULT_TEMPLATE,
    contrast: Sequence[str] = (),
    precision: str = "fastest",
    thresholds: Thresholds | None = None,
    weights: Mapping[str, float] | None = None,
    with_comments: bool = False,
    progress: bool = False,
) -> ScoreSummary:
    """Score the posts that need it, and keep scores, verdicts and reasons in the database.

    A post needs it when it is new, when its texts or counters changed, or when the vocabulary,
    the model, the labels or the weights did. Label scores of unchanged texts are kept. Posts are
    claimed in batches: an interrupted pass loses at most one batch of work, and two processes
    never score the same post.

    Args:
        store: the database.
        max_posts_to_process: at most so many posts; 0 for all.
        vocabulary: a vocabulary, its id, ``"latest"`` or ``"default"``.
        model: a label model or its name (see :func:`tfw.relevance.models.load_model`).
        labels: what "about fashion" means; the label score is the highest of them, or with
            contrast labels their sum.
        template: the hypothesis that a label is put into.
        contrast: labels that compete with them, such as "music" and "food".
        precision: of zero-shot models (see :mod:`tfw.relevance.precision`).
        thresholds: for the verdict; the documented ones when not given.
        weights: of likes, comments, shares, plays (and saves) in the statistical score.
        with_comments: look for vocabulary terms in comments too.
        progress: show a bar while working.

    Raises:
        InputError: an argument that cannot be used, with what would be valid.
    """
    if max_posts_to_process < 0:
        raise InputError(f"max_posts_to_process is {max_posts_to_process}; give 0 for all posts.")
    scorer = Scorer(
        vocabulary=load_vocabulary(store, vocabulary)
        if isinstance(vocabulary, str)
        else vocabulary,
        model=CachedModel(
            load_model(model, store=store, precision=precision)
            if isinstance(model, str)
            else model,
            store,
        ),
        thresholds=thresholds or Thresholds(),
        labels=tuple(labels),
        template=template,
        contrast=tuple(contrast),
        weights=dict(DEFAULT_WEIGHTS if weights is None else weights),
        with_comments=with_comments,
    )
    started = monotonic()
    store.mark_for_scoring(scorer.fingerprint)
    scored, fashion = _score_waiting(store, scorer, max_posts_to_process, progress)
    return ScoreSummary(
        scored=scored,
        fashion=fashion,
        waiting=store.count("posts", {"score.state": "pending"}),
        vocabulary_id=scorer.vocabulary.id,
        model=scorer.model.name,
        seconds=monotonic() - started,
    )


def _score_waiting(store: "Store", scorer: Scorer, limit: int, progress: bool) -> tuple[int, int]:
    waiting = store.count("posts", {"score.state": "pending"})
    total = min(waiting, limit) if limit else waiting
    scored = fashion = 0
    with tqdm(total=total, desc="scoring", unit="post", disable=not progress) as bar:
        while not limit or scored < limit:
            size = min(BATCH, limit - scored) if limit else BATCH
            claim = store.claim_posts("score", limit=size, lease=LEASE)
            if not claim.posts:
                break
            try:
                results = scorer.score(claim.posts, _comment_texts(store, scorer, claim.posts))
                store.save_relevance(
                    (post["_id"], found) for post, found in zip(claim.posts, results, strict=True)
                )
            except BaseException:
                store.release(claim)  # also on Ctrl-C, so that the next pass need not wait
                raise
            if not scored:
                keep_thresholds(store, scorer.thresholds, applied=True)
            scored += len(results)
            fashion += sum(found.verdict for found in results)
            bar.update(len(results))
    return scored, fashion


def _comment_texts(
    store: "Store", scorer: Scorer, posts: Iterable[Mapping[str, Any]]
) -> dict[str, list[str]]:
    if not scorer.with_comments:
        return {}
    found = store.comments_of([post["_id"] for post in posts])
    return {key: [c.get("text", "") for c in comments] for key, comments in found.items()}


def apply_thresholds(store: "Store", thresholds: Thresholds) -> int:
    """Give every scored post the verdict of other thresholds; returns how many verdicts changed.

    The stored scores are used as they are; no model runs.
    """
    changed = 0

    def judged() -> Iterable[tuple[str, Relevance]]:
        nonlocal changed
        for post in store.posts({"score.state": "done"}, ["relevance"]):
            old = Relevance.model_validate(
                {"statistical": None, "label": None, **post["relevance"]}
            )
            if old.thresholds == thresholds.values:
                continue
            new = old.model_copy(
                update={
                    "verdict": thresholds.verdict(old.label, old.vocabulary),
                    "why": thresholds.why(old.label, [hit.term for hit in old.terms]),
                    "thresholds": thresholds.values,
                }
            )
            changed += new.verdict != old.verdict
            yield post["_id"], new

    store.save_relevance(judged())
    keep_thresholds(store, thresholds, applied=True)
    return changed
