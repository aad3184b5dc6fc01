"""The posts of two runs compared: what came in, what left, and what changed side, and why.

The database knows the present alone, so the runs' own files are compared: each report writes
``posts.parquet``, with the scores, the verdict and the thresholds of that moment.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tfw.records import post_url
from tfw.report.diff_files import choice_of, read_texts, read_verdicts
from tfw.report.formats import plain, score
from tfw.report.shown import Mask
from tfw.runs.history import load_run
from tfw.settings import load_settings

SHOWN = 50
EXCERPT = 160
PARTS = ("came", "left", "into", "out_of")
LIMITS = ("limit_a", "limit_b", "limit_terms_a", "limit_terms_b")
# What makes two reports speak of differently chosen posts.
POST_CHOICES = ("scope", "since", "until", "sources", "queries")
Bools = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Side:
    """The posts of one run: how many, how judged, and what was chosen for its report."""

    name: str
    posts: int
    scored: int
    fashion: int
    thresholds: Counter[str]
    vocabularies: Counter[str]
    models: Counter[str]
    choice: Mapping[str, Any] | None


@dataclass(frozen=True)
class DiffPost:
    """A post that the runs do not share, or see differently; None where a run has no such score."""

    id: str
    url: str
    text: str
    source: str
    day: str
    before: str
    after: str
    because: str


@dataclass(frozen=True)
class PostsDiff:
    """What two runs do not share in their posts.

    ``counts`` has the posts of each part: came, left, into (fashion now and not before), out_of,
    same, scored_now, not_scored_now. ``shown`` has the first SHOWN posts of the first four parts;
    ``reasons`` says why posts changed side.
    """

    a: Side
    b: Side
    counts: Mapping[str, int]
    shown: Mapping[str, tuple[DiffPost, ...]]
    reasons: Counter[str]

    @property
    def alike(self) -> bool:
        """Whether the runs have the same posts with the same verdicts."""
        return not any(number for name, number in self.counts.items() if name != "same")

    @property
    def different_choices(self) -> bool:
        """Whether the reports were of differently chosen posts, so that some only seem to leave."""
        return _chosen_posts(self.a.choice) != _chosen_posts(self.b.choice)


def compare_runs(a: str, b: str, mask: Mask) -> PostsDiff:
    """The posts of two runs compared.

    Args:
        a: the earlier run: its id, the beginning of it, or ``latest``.
        b: the later one.
        mask: how people are shown.

    Raises:
        InputError: there is no such run, or it has no posts.parquet.
    """
    outputs = load_settings().outputs
    return compare_folders(outputs / load_run(a).id, outputs / load_run(b).id, mask)


def compare_folders(a: Path, b: Path, mask: Mask) -> PostsDiff:
    """The same for the folders of two reports."""
    before, after = read_verdicts(a), read_verdicts(b)
    both = before.add_suffix("_a").join(after.add_suffix("_b"), how="outer")
    both["because"] = _reasons(both)
    parts = _parts(both)
    rows = {name: _first(both.loc[parts[name]], name) for name in PARTS}
    texts = read_texts(a, set(rows["left"].index), mask)
    texts |= read_texts(
        b, {key for name in PARTS if name != "left" for key in rows[name].index}, mask
    )
    sides = parts["into"] | parts["out_of"]
    return PostsDiff(
        _side(a, before),
        _side(b, after),
        {name: int(found.sum()) for name, found in parts.items()},
        {name: tuple(_shown(found, texts, name)) for name, found in rows.items()},
        Counter(both.loc[sides, "because"].tolist()),
    )


def _side(folder: Path, frame: pd.DataFrame) -> Side:
    scored = frame.loc[frame["verdict"].notna()]
    limits = zip(scored["limit"], scored["limit_terms"], strict=True)
    return Side(
        name=folder.name,
        posts=len(frame),
        scored=len(scored),
        fashion=int(scored["verdict"].sum()),
        thresholds=Counter(_limits(*pair) for pair in limits),
        vocabularies=Counter(scored["vocabulary"].dropna().tolist()),
        models=Counter(scored["model"].dropna().tolist()),
        choice=choice_of(folder),
    )


def _limits(label: float, terms: float) -> str:
    known = label == label and terms == terms
    return f"label > {plain(label)}, terms > {plain(terms)}" if known else "not recorded"


def _parts(both: pd.DataFrame) -> dict[str, Bools]:
    in_a, in_b = both["there_a"].notna(), both["there_b"].notna()
    a, b = both["verdict_a"], both["verdict_b"]
    judged = a.notna() & b.notna()
    was, now = a.fillna(False), b.fillna(False)
    parts = {
        "came": in_b & ~in_a,
        "left": in_a & ~in_b,
        "into": judged & ~was & now,
        "out_of": judged & was & ~now,
        "scored_now": in_a & in_b & a.isna() & b.notna(),
        "not_scored_now": in_a & in_b & a.notna() & b.isna(),
    }
    found = {name: rows.to_numpy(dtype=bool) for name, rows in parts.items()}
    return found | {"same": ~np.any(list(found.values()), axis=0)}


def _reasons(both: pd.DataFrame) -> Words:
    """Why a post changed side: which of its scores and thresholds would have done it alone."""
    now = both["verdict_b"].fillna(False).to_numpy(dtype=bool)
    known = both[list(LIMITS)].notna().all(axis=1)
    moved = _verdict(both, "a", "b") == now
    scored = _verdict(both, "b", "a") == now
    cause = _score_causes(both)
    choices = [
        ~known.to_numpy(),
        moved & ~scored,
        scored & ~moved,
        moved & scored,
    ]
    values = [
        np.full(len(both), "the thresholds of a run are not recorded", dtype=object),
        np.full(len(both), "the thresholds moved", dtype=object),
        cause,
        "the thresholds moved, and " + cause,
    ]
    return np.select(choices, values, default="only together: the thresholds moved, and " + cause)


def _verdict(both: pd.DataFrame, scores: str, limits: str) -> Bools:
    """The verdicts of one run's scores by the other's thresholds; what is unknown is not above."""
    label = both[f"label_{scores}"] > both[f"limit_{limits}"]
    terms = both[f"terms_{scores}"] > both[f"limit_terms_{limits}"]
    return (label | terms).to_numpy(dtype=bool)


def _score_causes(both: pd.DataFrame) -> Words:
    words = both["vocabulary_a"].astype(str) != both["vocabulary_b"].astype(str)
    model = both["model_a"].astype(str) != both["model_b"].astype(str)
    return np.select(
        [words & model, words, model],
        ["vocabulary and model are others", "the vocabulary is another", "the model is another"],
        default="the post or the way of scoring changed",
    ).astype(object)


def _first(part: pd.DataFrame, name: str) -> pd.DataFrame:
    """The posts to show: those whose label score moved most, else fashion posts first."""
    now, before = ("a", "b") if name == "left" else ("b", "a")
    label = part[f"label_{now}"].fillna(-1.0)
    if name in ("into", "out_of"):
        order = (label - part[f"label_{before}"].fillna(-1.0)).abs()
    else:
        order = label + part[f"verdict_{now}"].fillna(False).astype("float64") * 10
    return part.loc[order.sort_values(ascending=False, kind="stable").index[:SHOWN]]


def _shown(
    rows: pd.DataFrame, texts: Mapping[str, Mapping[str, Any]], name: str
) -> Iterator[DiffPost]:
    for post_id, row in rows.to_dict("index").items():
        known = texts[str(post_id)]
        created = known["created_at"]
        yield DiffPost(
            id=str(post_id),
            url=post_url(str(post_id), None),
            text=_short(known["description"]),
            source=str(known["source"]),
            day="no date" if created is None else f"{created:%Y-%m-%d}",
            before=_scores(row, "a"),
            after=_scores(row, "b"),
            because=str(row["because"]) if name in ("into", "out_of") else "",
        )


def _scores(row: Mapping[Hashable, Any], side: str) -> str:
    verdict, label, terms = (row[f"{name}_{side}"] for name in ("verdict", "label", "terms"))
    if pd.isna(verdict):
        return ""
    known = "no label score" if pd.isna(label) else f"label {score(label)}"
    return f"{'fashion' if verdict else 'not fashion'}: {known}, terms {plain(terms)}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[:EXCERPT] + " …"


def _chosen_posts(choice: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: (choice or {}).get(name) for name in POST_CHOICES}
