"""Invented posts of an invented world, varied enough to fill a report."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyLDAvis

from tfw.records import (
    Author,
    CommentStatus,
    Post,
    Relevance,
    Span,
    Stats,
    TermHit,
    hashtags_in,
    post_url,
)

START = datetime(2026, 9, 1, tzinfo=UTC)
TERMS = {
    "linen": "word", "blazer": "word", "skirt": "word", "sneakers": "word", "denim": "topic",
    "outfit": "topic", "thrifted": "topic", "ootd": "hashtag", "streetstyle": "hashtag",
    "Nordal Atelier": "brand", "Kesterfeld": "brand", "Maison Tulip": "brand",
}  # fmt: skip
OPENINGS = (
    "how I style", "three ways to wear", "found at the flea market:", "rating", "unboxing",
    "so in love with", "trabajo nuevo y", "heute mal:", "rainy day, so", "my honest opinion on",
)  # fmt: skip
OTHER_THINGS = (
    "my grandmother's soup", "a very small dog", "the new stadium", "five chords for beginners",
    "sourdough after day four", "a night train to the sea", "chess openings that work",
    "منظر جميل من الجبل", "夕方の海はきれい", "the exam I nearly failed 😅",
)  # fmt: skip
OTHER_TAGS = ("fyp", "foryou", "recipe", "football", "music", "travel", "study", "viral", "2026")
SOURCES = ("research-api", "web-explore", "web-tag", "import-csv")


def posts(number: int, seed: int = 7) -> Iterator[Post]:
    """Posts about fashion and about anything else, some with gaps."""
    draw = random.Random(seed)
    for place in range(number):
        yield _post(draw, place)


def _post(draw: random.Random, place: int) -> Post:
    post_id = str(7_400_000_000_000_000_000 + place * 7919)
    author = f"sample_{draw.choice(['mode', 'kitchen', 'tunes'])}.{draw.randrange(max(place, 9))}"
    plays = int(draw.lognormvariate(7, 2))
    seen = START + timedelta(days=62, hours=draw.randrange(400))
    stats = Stats(
        likes=plays // draw.randint(4, 30), comments=plays // 90, shares=plays // 200,
        plays=plays, saves=plays // 150, collected_at=seen,
    )  # fmt: skip
    description = _description(draw)
    state = draw.choices(
        ["complete", "partial", "pending", "off", "unavailable", "blocked"], [60, 12, 20, 4, 3, 1]
    )[0]
    return Post(
        id=post_id,
        url=post_url(post_id, author),
        source=draw.choices(SOURCES, [50, 25, 15, 10])[0],
        author=Author(name=author),
        description="" if draw.random() < 0.03 else description,
        hashtags=hashtags_in(description),
        region=draw.choice(["DE", "FR", "US", None]),
        created_at=None if draw.random() < 0.02 else START + timedelta(hours=draw.randrange(1400)),
        stats=Stats(collected_at=seen) if draw.random() < 0.04 else stats,
        comments=CommentStatus(
            state=state,
            reason={"off": "comments are off", "unavailable": "post was removed"}.get(state),
            reported=plays // 90,
            collected={"complete": plays // 90, "partial": plays // 200}.get(state, 0),
        ),
        queries=("autumn-looks",) if draw.random() < 0.5 else (),
    )


def _description(draw: random.Random) -> str:
    words = [draw.choice(OPENINGS)]
    if draw.random() < 0.45:
        words += draw.sample(list(TERMS), draw.randint(1, 5))
        words += [f"@sample_friend{draw.randrange(9)}"] if draw.random() < 0.2 else []
        tags = draw.sample(["ootd", "streetstyle", "fyp", "denim", "thrifted"], draw.randint(0, 4))
    else:
        words += [draw.choice(OTHER_THINGS), *draw.sample(list(TERMS), draw.random() < 0.2)]
        tags = draw.sample(OTHER_TAGS, draw.randint(0, 4))
    return " ".join([*words, *(f"#{tag}" for tag in tags), ""]) * draw.choice([1, 1, 1, 4])


def scored(
    post: Post, seed: int = 7, *, label: float | None = None, **thresholds: float
) -> Relevance:
    """Scores of a post, as the scoring of posts would store them."""
    limits = {"label": 0.5, "vocabulary": 1.0, **thresholds}
    text = post.description.lower()
    hits = tuple(
        TermHit(term=term, kind=kind, spans=tuple(_spans(text, term.lower())))
        for term, kind in TERMS.items()
        if term.lower() in text
    )
    draw = random.Random(f"{post.id}{seed}")
    about = draw.betavariate(6, 2.2) if hits else draw.betavariate(1.6, 7)
    about = about if label is None else label
    total = [post.stats.likes, post.stats.comments, post.stats.shares, post.stats.plays]
    days = (post.stats.collected_at - post.created_at).days if post.created_at else None
    known = days is not None and None not in total
    verdict = about > limits["label"] or len(hits) > limits["vocabulary"]
    terms = ", ".join(hit.term for hit in hits[:4]) or "none"
    return Relevance(
        statistical=sum(total) / max(days, 1) if known else None,
        vocabulary=len(hits), label=about, verdict=verdict,
        why=f"label {about:.2f} against {limits['label']:g}; {len(hits)} terms: {terms}",
        terms=hits, days=days, labels={"fashion": about}, vocabulary_id="voc_0123456789ab",
        model="minilm-int8", thresholds=limits, fingerprint="f1",
        at=datetime(2026, 11, 20, 3, 5, tzinfo=UTC),
    )  # fmt: skip


def _spans(text: str, term: str) -> Iterator[Span]:
    start = text.find(term)
    while start >= 0:
        yield Span(field="description", start=start, end=start + len(term))
        start = text.find(term, start + 1)


def topic_view(terms: list[str] | None = None, topics: int = 6) -> str:
    """The JSON text of a small map of topics."""
    words = terms or [f"{term.lower()}{n}" for n in range(6) for term in TERMS]
    draw = np.random.default_rng(3)
    by_topic = draw.dirichlet(np.full(len(words), 0.08), topics) + 1e-6
    by_document = draw.dirichlet(np.linspace(0.2, 1.2, topics), 200)
    prepared = pyLDAvis.prepare(
        by_topic / by_topic.sum(axis=1, keepdims=True), by_document,
        draw.integers(5, 40, 200), words, draw.integers(5, 400, len(words)),
        n_jobs=1, lambda_step=0.05, R=20,
    )  # fmt: skip
    return str(prepared.to_json())


def vocabulary(view: str | None = None) -> dict[str, Any]:
    """A vocabulary document with topics."""
    topics = [
        {
            "topic": topic,
            "terms": [{"term": f"{term.lower()}{topic}", "weight": 0.1} for term in TERMS],
            "share": share,
            "coherence": 0.41,
        }
        for topic, share in enumerate((0.3, 0.24, 0.18, 0.13, 0.1, 0.05), start=1)
    ]
    terms = [{"term": term, "kind": kind, "count": 9} for term, kind in TERMS.items()]
    return {
        "_id": "voc_0123456789ab", "created_at": START, "name": "autumn looks",
        "source": "corpus of invented posts", "parameters": {"topics": 6, "seed": 1},
        "terms": terms, "topics": topics, "documents": 1200,
        **({"topic_view": view} if view else {}),
    }  # fmt: skip


def imported(number: int = 0) -> dict[str, Any]:
    """The record of an imported file with a few rejected rows."""
    return {
        "_id": f"imp{number}", "created_at": START + timedelta(days=number),
        "file": f"autumn-{number}.csv", "format": "csv", "read": 1210, "posts": 1200, "comments": 0,
        "inserted": 1190, "updated": 10, "unchanged": 0, "rejected": 10,
        "reasons": {"rounded id": 8, "no id": 2}, "rejects": "/some/where/autumn.rejects.csv",
        "seconds": 1.2,
    }  # fmt: skip
