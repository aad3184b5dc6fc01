"""What the report's sections on gaps and on methods say, as rows ready to be shown."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, NamedTuple

from tfw.connection import clear_errors
from tfw.report.figures import ReportFigures
from tfw.runs.provenance import provenance
from tfw.settings import load_settings
from tfw.store import Store

TOPIC_TERMS = 12
SHOWN_IMPORTS = 30
SHOWN_REASONS = 3


class Gap(NamedTuple):
    """Something posts lack: how many, and what that means or what to do about it."""

    what: str
    posts: int
    meaning: str


class CommentRow(NamedTuple):
    """The posts of one comment state, with their comments on the page and in the store."""

    state: str
    posts: int
    reported: int | None
    collected: int
    reasons: list[tuple[str, int]]


class TopicRow(NamedTuple):
    """A topic; numbers follow the share, as they do on the map."""

    number: int
    terms: list[str]
    share: float | None
    coherence: float | None


def gaps(figures: ReportFigures) -> list[Gap]:
    """What is missing from the posts; only what at least one post lacks."""
    posts = figures.posts
    unavailable = int((posts["comments_state"] == "unavailable").sum())
    without_comments = int((posts["comments_collected"] == 0).sum())
    found = [
        Gap(
            "not scored",
            int(posts["verdict"].isna().sum()),
            "no verdict yet, and in no share above; run notebook 05_score_posts",
        ),
        Gap(
            "scored without a label",
            int((posts["verdict"].notna() & posts["label"].isna()).sum()),
            "the model had no text to read or was not asked; the vocabulary alone decides",
        ),
        Gap(
            "scored, but changed since",
            int(posts["waiting"].sum()),
            "the text or the way of scoring is new; the old scores stand until 05_score_posts runs",
        ),
        Gap(
            "no description",
            int((~posts["described"]).sum()),
            "scored on hashtags alone, or on nothing",
        ),
        Gap(
            "no counters",
            int((~posts["counted"]).sum()),
            "no statistical score; the source did not give likes, comments, shares or plays",
        ),
        Gap(
            "no date of posting",
            int(posts["created_at"].isna().sum()),
            "not in the charts over time, and no statistical score",
        ),
        Gap("no comments stored", without_comments, "see the table of comments below"),
        Gap(
            "no longer available",
            unavailable,
            "deleted or made private since; the record is as it was when collected",
        ),
    ]
    return [gap for gap in found if gap.posts]


def comment_rows(figures: ReportFigures) -> list[CommentRow]:
    """One row a state of comments, the most posts first."""
    rows = []
    for state, part in figures.posts.groupby("comments_state", observed=True):
        reasons = [
            (reason, posts)
            for (found, reason), posts in figures.comment_reasons.most_common()
            if found == state
        ]
        reported = part["comments_reported"]
        rows.append(
            CommentRow(
                str(state),
                len(part),
                int(reported.sum()) if reported.notna().any() else None,
                int(part["comments_collected"].sum()),
                reasons[:SHOWN_REASONS],
            )
        )
    return sorted(rows, key=lambda row: -row.posts)


def import_rows(store: Store) -> list[dict[str, Any]]:
    """The records of imported files, the newest first; of rejects files only the name."""
    with clear_errors("read the imports"):
        found = list(store.database["imports"].find(sort=[("created_at", 1)]))
    return [
        {**row, "rejects": PurePath(row["rejects"]).name if row.get("rejects") else None}
        for row in reversed(found[-SHOWN_IMPORTS:])
    ]


def routes(figures: ReportFigures) -> list[tuple[str, int, float]]:
    """On which scores the verdicts rest: the route, its posts, their share of the scored ones."""
    counts = figures.posts["route"].value_counts()
    order = ("label and vocabulary", "label only", "vocabulary only", "neither")
    return [
        (name, int(counts.get(name, 0)), int(counts.get(name, 0)) / figures.scored)
        for name in order
        if figures.scored
    ]


def topic_rows(vocabulary: Mapping[str, Any]) -> list[TopicRow]:
    """The topics of a vocabulary document, the largest first."""
    rows = [
        TopicRow(
            topic["topic"],
            [term["term"] for term in topic["terms"][:TOPIC_TERMS]],
            topic.get("share"),
            topic.get("coherence"),
        )
        for topic in vocabulary.get("topics") or ()
    ]
    return sorted(rows, key=lambda row: row.number)


def term_counts(vocabulary: Mapping[str, Any]) -> list[tuple[str, int]]:
    """How many terms of each kind a vocabulary document has, the most first."""
    kinds: dict[str, int] = {}
    for term in vocabulary.get("terms", ()):
        kinds[term["kind"]] = kinds.get(term["kind"], 0) + 1
    return sorted(kinds.items(), key=lambda item: -item[1])


def run_id(run: Mapping[str, Any] | None) -> str | None:
    """The id of a run record, as a document of the database or as read from run.json."""
    return str(run.get("_id") or run["id"]) if run else None


def steps(run: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """The steps of a run record, with their parameters and state; none for a report by hand."""
    return list((run or {}).get("steps", ()))


def made_with(run: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The program, packages and commit behind the numbers, of the run or as installed here."""
    recorded: Mapping[str, Any] | None = (run or {}).get("provenance")
    return recorded or provenance(load_settings().home).model_dump()
