"""The charts of the report and of the notebooks: tables of numbers in, Plotly figures out.

Every chart has a title, axis titles with units and texts to hover over; thresholds are labelled
lines. Text from the platform is escaped: Plotly would take tags in it for markup. The tables are
those of :class:`tfw.report.figures.ReportFigures`.
"""

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tfw.report.chart_layout import (
    FASHION,
    OTHER,
    PALETTE,
    VERDICT_NAMES,
    VERDICTS,
    add_threshold_above,
    add_threshold_right,
    as_list,
    label,
    laid_out,
    make_room_on_top,
)
from tfw.report.formats import thousands
from tfw.report.score_bins import BINS, Score

TimeColumn = Literal["created_at", "first_seen"]

KIND_NAMES = {
    "brand": "Brands",
    "hashtag": "Vocabulary hashtags",
    "topic": "Topic words",
    "word": "Fashion words",
}
STATES = ("complete", "partial", "pending", "off", "unavailable", "blocked")
EXCERPT = 80


def posts_over_time(posts: pd.DataFrame, when: TimeColumn = "created_at") -> go.Figure:
    """Bars of the number of posts a day, week or month, by source.

    Args:
        posts: with columns ``source`` and ``when``; posts without a time are left out.
        when: ``created_at`` for the time of posting, ``first_seen`` for that of collection.
    """
    known = posts.loc[posts[when].notna(), ["source", when]]
    times = known[when].dt.tz_localize(None)
    unit, letter, period = _time_unit(times)
    starts = times.dt.to_period(letter).dt.start_time
    counts = known.groupby([starts, "source"], observed=True).size().unstack(fill_value=0)
    figure = go.Figure()
    for place, source in enumerate(counts.columns):
        figure.add_bar(
            x=counts.index,
            y=counts[source],
            name=label(str(source)),
            marker_color=PALETTE[place % len(PALETTE)],
            xperiod=period,
            xperiodalignment="middle",
            hovertemplate=f"%{{y:,}} posts, {unit} of %{{x|%Y-%m-%d}}",
        )
    title = "Posts by date of posting" if when == "created_at" else "Posts by date of collection"
    figure.update_layout(barmode="stack", bargap=0.12)
    return laid_out(figure, title, f"{unit} (UTC)", "posts")


def sources(posts: pd.DataFrame) -> go.Figure:
    """Bars of the number of posts from each source."""
    counts = posts["source"].value_counts().sort_values()
    return _simple_list(counts, [FASHION] * len(counts), "Posts by source")


def comments_state(posts: pd.DataFrame) -> go.Figure:
    """Bars of the number of posts by how far their comments have been collected."""
    counts = posts["comments_state"].value_counts()
    counts = counts.reindex([state for state in reversed(STATES) if counts.get(state)])
    colours = [FASHION if state == "complete" else OTHER for state in counts.index]
    return _simple_list(counts, colours, "Posts by state of their comments")


def verdict_share(posts: pd.DataFrame) -> go.Figure:
    """Bars of the share of fashion posts, other posts and posts not scored, for each source."""
    counts = _by_verdict(posts)
    if len(counts) > 1:
        counts.loc["all sources"] = counts.sum()
    counts = counts.iloc[::-1]
    shares = counts.div(counts.sum(axis=1), axis=0) * 100
    names = [label(source) for source in counts.index]
    figure = go.Figure()
    for verdict in _present(counts):
        name = VERDICT_NAMES[verdict]
        figure.add_bar(
            x=shares[verdict],
            y=names,
            orientation="h",
            name=name,
            marker_color=VERDICTS[verdict],
            customdata=counts[verdict],
            hovertemplate=f"%{{y}}: %{{customdata:,}} {name} (%{{x:.1f}} %)<extra></extra>",
        )
    figure.update_layout(barmode="stack", xaxis_range=[0, 100])
    return as_list(laid_out(figure, "Verdict by source", "share of posts (%)", ""), len(counts))


def score_distribution(
    scores: pd.Series, verdict: pd.Series, *, score: Score, threshold: float | None = None
) -> go.Figure:
    """Bars of how many posts have which score, apart by verdict, with the threshold as a line.

    Args:
        scores: one of the three scores for each post; posts without it are left out.
        verdict: fashion or not for each post, with the same index.
        score: which of the three it is; ``statistical`` is drawn in powers of ten.
        threshold: a post is above it when its score is greater; None where there is none.
    """
    known = pd.DataFrame({"score": scores, "verdict": _verdict_keys(verdict)})
    known = known.dropna(subset="score")
    bins = BINS[score](known["score"])
    figure = go.Figure()
    for key in [key for key in VERDICTS if (known["verdict"] == key).any()]:
        figure.add_bar(
            x=bins.places,
            y=bins.tally(known.loc[known["verdict"] == key, "score"]),
            name=VERDICT_NAMES[key],
            marker_color=VERDICTS[key],
            customdata=bins.names,
            hovertemplate=f"%{{customdata}}: %{{y:,}} posts, {VERDICT_NAMES[key]}<extra></extra>",
        )
    figure.update_layout(barmode="stack", bargap=0.06)
    laid_out(figure, bins.title, bins.unit, "posts").update_xaxes(**bins.axis)
    if threshold is not None:
        make_room_on_top(figure)
        add_threshold_right(figure, _line_place(score, threshold), threshold)
    return figure


def scores_scatter(sample: pd.DataFrame, thresholds: Mapping[str, float]) -> go.Figure:
    """Points of posts by label score and number of vocabulary terms, with both thresholds.

    Args:
        sample: ``sample`` of the figures, a few thousand posts at most.
        thresholds: those of ``label`` and ``vocabulary``; an empty one draws no lines.
    """
    known = sample.dropna(subset="label")
    # Numbers of terms are whole: spread a little, points do not hide each other.
    spread = np.random.default_rng(0).uniform(-0.3, 0.3, len(known))
    known = known.assign(height=known["vocabulary"] + spread)
    figure = go.Figure()
    for key in ("other", "fashion"):
        part = known[known["verdict"] == (key == "fashion")]
        figure.add_scatter(
            x=part["label"],
            y=part["height"],
            mode="markers",
            name=VERDICT_NAMES[key],
            marker={"color": VERDICTS[key], "size": 6, "opacity": 0.65},
            text=[_post_text(*row) for row in part[["id", "text", "terms", "label"]].to_numpy()],
            hovertemplate="%{text}<extra></extra>",
        )
    title = f"Label score and vocabulary score of {thousands(len(known))} posts"
    laid_out(figure, title, "label score (0 to 1)", "different vocabulary terms", height=440)
    if thresholds:
        add_threshold_right(figure, thresholds["label"], thresholds["label"])
        place = _line_place("vocabulary", thresholds["vocabulary"])
        add_threshold_above(figure, place, thresholds["vocabulary"])
    return figure.update_xaxes(range=[-0.02, 1.02])


def top_terms(terms: pd.DataFrame, kind: str, top: int = 20) -> go.Figure:
    """Bars of the vocabulary terms of one kind found in most posts, apart by verdict.

    Args:
        terms: ``terms`` of the figures.
        kind: brand, hashtag, topic or word.
        top: how many.
    """
    rows = terms[terms["kind"] == kind].head(top)
    return _term_list(rows, f"{KIND_NAMES.get(kind, kind)} in most posts")


def top_hashtags(hashtags: pd.DataFrame, top: int = 20) -> go.Figure:
    """Bars of the hashtags that most posts carry, in the vocabulary or not, apart by verdict."""
    rows = hashtags.head(top).assign(term=lambda table: "#" + table["term"])
    return _term_list(rows, "Hashtags of most posts")


def _line_place(score: Score, threshold: float) -> float:
    """Where the line stands; for whole numbers between the last one out and the first one in."""
    return float(np.floor(threshold)) + 0.5 if score == "vocabulary" else threshold


def _simple_list(counts: pd.Series, colours: list[str], title: str) -> go.Figure:
    figure = go.Figure()
    figure.add_bar(
        x=counts.to_numpy(),
        y=[label(str(name)) for name in counts.index],
        orientation="h",
        marker_color=colours,
        hovertemplate="%{y}: %{x:,} posts<extra></extra>",
    )
    return as_list(laid_out(figure, title, "posts", ""), len(counts))


def _term_list(rows: pd.DataFrame, title: str) -> go.Figure:
    """Stacked bars, the most frequent term on top; terms with equal labels stay apart."""
    rows = rows.iloc[::-1]
    places, labels = list(range(len(rows))), [label(term) for term in rows["term"]]
    figure = go.Figure()
    for verdict in _present(rows):
        name = VERDICT_NAMES[verdict]
        figure.add_bar(
            x=rows[verdict],
            y=places,
            orientation="h",
            name=name,
            marker_color=VERDICTS[verdict],
            customdata=labels,
            hovertemplate=f"%{{customdata}}: %{{x:,}} posts, {name}<extra></extra>",
        )
    figure.update_layout(barmode="stack")
    as_list(laid_out(figure, title, "posts", ""), len(rows))
    return figure.update_yaxes(type="linear", tickvals=places, ticktext=labels)


def _by_verdict(posts: pd.DataFrame) -> pd.DataFrame:
    """One row a source, the largest first, with the posts of each verdict."""
    pairs = pd.DataFrame(
        {"source": posts["source"].astype("str"), "verdict": _verdict_keys(posts["verdict"])}
    )
    counts = pairs.groupby(["source", "verdict"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=list(VERDICTS), fill_value=0)
    return counts.loc[counts.sum(axis=1).sort_values(ascending=False).index]


def _verdict_keys(verdict: pd.Series) -> pd.Series:
    return verdict.map({True: "fashion", False: "other"}).astype("str").fillna("unscored")


def _present(counts: pd.DataFrame) -> list[str]:
    return [verdict for verdict in VERDICTS if counts[verdict].any()]


def _post_text(post_id: str, text: str, terms: str, score: float) -> str:
    found = label(terms, EXCERPT) or "none"
    shown = label(text, EXCERPT) or "no description"
    return f"{shown}<br>label {score:.2f}, terms: {found}<br>post {post_id}"


def _time_unit(times: pd.Series) -> tuple[str, str, str | int]:
    """The unit whose bars are neither too many nor too few: its name, letter and length."""
    days = (times.max() - times.min()).days if len(times) else 0
    if days <= 62:
        return "day", "D", 86_400_000
    return ("week", "W", 7 * 86_400_000) if days <= 730 else ("month", "M", "M1")
