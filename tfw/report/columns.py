"""What a report counts of every post, in columns: about 70 bytes a post, whatever its text."""

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

Route = Literal["label and vocabulary", "label only", "vocabulary only", "neither"]

Number = TypeVar("Number", int, float)

UNKNOWN = -1
UNKNOWN_TIME = np.iinfo(np.int64).min
TIMES = ("created_at", "first_seen", "last_seen")
COUNTERS = ("likes", "comments", "shares", "plays", "saves")


class PostColumns:
    """Gathers post documents one by one; :meth:`frame` gives them as a table.

    | column | type | meaning |
    | --- | --- | --- |
    | source, comments_state, route | category | route: what the verdict rests on |
    | created_at, first_seen, last_seen | datetime64[ms, UTC] | NaT where not known |
    | statistical, label | float64 | NaN where not scored |
    | vocabulary | Int64 | number of different terms, NA where not scored |
    | verdict | boolean | NA where not scored |
    | comments_reported | Int64 | comments the page reported, NA where not known |
    | comments_collected | int64 | comments stored |
    | described, counted | bool | has a description; has at least one counter |
    | waiting | bool | has scores that something has changed since |
    """

    def __init__(self) -> None:
        self._categories = {name: _Codes() for name in ("source", "comments_state", "route")}
        self._times = {name: array("q") for name in TIMES}
        self._floats = {name: array("d") for name in ("statistical", "label")}
        self._counts = {name: array("q") for name in ("vocabulary", "verdict", "comments_reported")}
        self._collected = array("q")
        self._flags = {name: array("b") for name in ("described", "counted", "waiting")}

    def add(self, post: Mapping[str, Any]) -> None:
        """Take down one post document."""
        relevance = post.get("relevance") or {}
        comments = post.get("comments") or {}
        self._categories["source"].add(str(post.get("source", "unknown")))
        self._categories["comments_state"].add(str(comments.get("state", "pending")))
        self._categories["route"].add(route(relevance) if relevance else None)
        for name, times in self._times.items():
            times.append(_milliseconds(post.get(name)))
        for name, floats in self._floats.items():
            floats.append(_or(relevance.get(name), np.nan))
        self._counts["vocabulary"].append(_or(relevance.get("vocabulary"), UNKNOWN))
        self._counts["verdict"].append(_or(relevance.get("verdict"), UNKNOWN))
        self._counts["comments_reported"].append(_or(comments.get("reported"), UNKNOWN))
        self._collected.append(comments.get("collected") or 0)
        stats = post.get("stats") or {}
        self._flags["described"].append(bool(str(post.get("description", "")).strip()))
        self._flags["counted"].append(any(stats.get(name) is not None for name in COUNTERS))
        state = (post.get("score") or {}).get("state")
        self._flags["waiting"].append(bool(relevance) and state == "pending")

    def frame(self) -> pd.DataFrame:
        """The table of all posts so far, one row each, in the order they came."""
        columns: dict[str, Any] = {
            name: codes.categorical() for name, codes in self._categories.items()
        }
        columns |= {name: _times(times) for name, times in self._times.items()}
        columns |= {name: _numpy(floats, "float64") for name, floats in self._floats.items()}
        columns |= {name: _nullable(counts) for name, counts in self._counts.items()}
        columns["comments_collected"] = _numpy(self._collected, "int64")
        columns |= {name: _numpy(flags, "int8") > 0 for name, flags in self._flags.items()}
        frame = pd.DataFrame(columns)
        return frame.astype({"verdict": "boolean"})


class TermCounts:
    """Counts posts by hashtag, or by term and kind, apart by verdict."""

    def __init__(self) -> None:
        self._posts: dict[bool | None, Counter[tuple[str, str]]] = {
            True: Counter(),
            False: Counter(),
            None: Counter(),
        }

    def add(self, terms: Iterable[tuple[str, str]], verdict: bool | None) -> None:
        """Count one post for every different (kind, term)."""
        self._posts[verdict].update(set(terms))

    def frame(self, top: int) -> pd.DataFrame:
        """The ``top`` terms of every kind: kind, term, fashion, other, unscored, posts."""
        totals = sum(self._posts.values(), Counter[tuple[str, str]]())
        taken: Counter[str] = Counter()
        rows = []
        for (kind, term), posts in sorted(totals.items(), key=lambda item: (-item[1], item[0])):
            if taken[kind] < top:
                taken[kind] += 1
                parts = [self._posts[verdict][kind, term] for verdict in (True, False, None)]
                rows.append((kind, term, *parts, posts))
        return pd.DataFrame(rows, columns=["kind", "term", "fashion", "other", "unscored", "posts"])


class _Codes:
    """Text values as one small number each."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._values = array("i")

    def add(self, value: str | None) -> None:
        code = UNKNOWN if value is None else self._codes.setdefault(value, len(self._codes))
        self._values.append(code)

    def categorical(self) -> pd.Categorical:
        codes = _numpy(self._values, "int32")
        return pd.Categorical.from_codes(codes, categories=pd.Index(list(self._codes), dtype="str"))


def route(relevance: Mapping[str, Any]) -> Route:
    """Which of the two scores with a threshold is above it."""
    thresholds = relevance["thresholds"]
    label = relevance.get("label")
    by_label = label is not None and label > thresholds["label"]
    by_vocabulary = relevance["vocabulary"] > thresholds["vocabulary"]
    if by_label and by_vocabulary:
        return "label and vocabulary"
    if by_label or by_vocabulary:
        return "label only" if by_label else "vocabulary only"
    return "neither"


def _or(value: Number | None, missing: Number) -> Number:
    return missing if value is None else value


def _milliseconds(time: datetime | None) -> int:
    return int(UNKNOWN_TIME) if time is None else round(time.timestamp() * 1000)


def _numpy(values: "array[Any]", dtype: str) -> npt.NDArray[Any]:
    return np.array(values, dtype=dtype)


def _times(values: "array[int]") -> pd.DatetimeIndex:
    return pd.DatetimeIndex(_numpy(values, "int64").view("datetime64[ms]"), tz="UTC")


def _nullable(values: "array[int]") -> pd.arrays.IntegerArray:
    numbers = _numpy(values, "int64")
    return pd.arrays.IntegerArray(np.where(numbers < 0, 0, numbers), numbers == UNKNOWN)
