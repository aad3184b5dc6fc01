"""Posts that have both scores and a settled label, and the ones whose verdict is wrong."""

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tfw.errors import InputError
from tfw.relevance.intervals import Bools, Floats
from tfw.relevance.labels import Rule
from tfw.relevance.labels import truth as settled_truth
from tfw.relevance.replay import ScoreColumns
from tfw.relevance.thresholds import Thresholds

if TYPE_CHECKING:
    from tfw.store import Store

FIELDS = ("source", "language", "relevance")
EXAMPLE_FIELDS = ("url", "source", "author.name", "description", "created_at", "relevance")
SCORES = ("label", "vocabulary", "statistical")
# A term more or less counts like 0.1 of the label score in the order of examples.
TERM_STEP = 0.1
NOT_KNOWN = "not known"


class NothingToEvaluate(InputError):
    """No post has both scores and a settled label."""


Labels = pd.DataFrame | pd.Series | Mapping[str, bool]


def settled(labels: Labels, rule: Rule) -> pd.Series:
    """One answer for each labelled post, NA where it is not settled."""
    if isinstance(labels, pd.DataFrame):
        return settled_truth(labels, rule)
    answers = pd.Series(dict(labels)).astype("boolean")
    answers.index = answers.index.astype(str)
    return answers.rename("truth")


def read_scores(store: "Store", post_ids: pd.Index) -> pd.DataFrame:
    """The scores of labelled posts that the database has."""
    rows = {
        post["_id"]: {
            "source": post.get("source"),
            "language": post.get("language"),
            **{name: post["relevance"].get(name) for name in (*SCORES, "model")},
            "thresholds": tuple(sorted(post["relevance"]["thresholds"].items())),
        }
        for post in store.posts({"_id": {"$in": list(post_ids)}}, FIELDS)
        if post.get("relevance")
    }
    names = ["source", "language", *SCORES, "model", "thresholds"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names)


def judged_posts(table: pd.DataFrame, answers: pd.Series) -> pd.DataFrame:
    """The scored posts that have a settled label, with it in the column truth.

    Raises:
        NothingToEvaluate: there is none.
    """
    table = table.set_axis(table.index.astype(str))
    if not table.index.is_unique:
        twice = table.index[table.index.duplicated()][0]
        raise InputError(f"The post {twice} stands twice in the table of scores; give it once.")
    judged = table.join(answers.dropna(), how="inner")
    if judged.empty:
        raise NothingToEvaluate(
            f"None of the {len(answers):,} labelled posts has both scores and a settled label. "
            "Score the posts with notebook 05_score_posts, or check that the ids are the same "
            "(as text, with all their digits)."
        )
    return judged


def margins(columns: ScoreColumns, limits: Thresholds) -> Floats:
    """How far each post is from the place where its verdict turns; above 0 it is in.

    In units of the label score; a term more or less counts like TERM_STEP of it.
    """
    by_terms = (columns.vocabulary - limits.vocabulary - 0.5) * TERM_STEP
    # A label score that is not known is nan, and decides nothing.
    return np.asarray(np.fmax(columns.label - limits.label, by_terms))


def wrong_verdicts(
    judged: pd.DataFrame,
    columns: ScoreColumns,
    verdicts: Bools,
    truth: Bools,
    limits: Thresholds,
    examples: int,
) -> tuple[list[str], list[str]]:
    """The ids of false alarms and of misses, the one furthest from the thresholds first."""
    order = pd.Series(margins(columns, limits), index=judged.index)
    return (
        order[verdicts & ~truth].sort_values(ascending=False).index[:examples].tolist(),
        order[~verdicts & truth].sort_values().index[:examples].tolist(),
    )


def example_documents(
    judged: pd.DataFrame, post_ids: list[str], limits: Thresholds, store: "Store | None"
) -> tuple[Mapping[str, Any], ...]:
    """The posts as documents, with the verdict of the thresholds that were evaluated."""
    if store is None:
        rows = judged.loc[post_ids].to_dict("index")
        found = {str(id_): _document(str(id_), row) for id_, row in rows.items()}
    else:
        found = {
            post["_id"]: post for post in store.posts({"_id": {"$in": post_ids}}, EXAMPLE_FIELDS)
        }
    return tuple(_under(found[id_], limits) for id_ in post_ids if id_ in found)


def _document(post_id: str, row: Mapping[Hashable, Any]) -> dict[str, Any]:
    names = ("source", "description", "label", "statistical")
    known = {name: row[name] for name in names if name in row and pd.notna(row[name])}
    scores = {name: float(known[name]) for name in SCORES if name in known}
    return {
        "_id": post_id,
        "source": str(known.get("source", "")),
        "description": str(known.get("description", "")),
        "relevance": {"vocabulary": int(row["vocabulary"]), **scores},
    }


def _under(post: Mapping[str, Any], limits: Thresholds) -> dict[str, Any]:
    relevance = post["relevance"]
    terms = [hit["term"] for hit in relevance.get("terms", ())]
    label, number = relevance.get("label"), relevance["vocabulary"]
    judged = {
        "verdict": limits.verdict(label, number),
        "why": limits.why(label, terms, number),
        "thresholds": limits.values,
    }
    return {**post, "relevance": {**relevance, **judged}}
