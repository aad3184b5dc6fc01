"""The report: one HTML page that needs no network, with a CSV and a Parquet file beside it."""

import html
import json
import logging
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup
from plotly.offline import get_plotlyjs
from tqdm.auto import tqdm

from tfw.privacy import PrivacyLevel
from tfw.relevance.vocabulary import default_vocabulary
from tfw.report import charts, sections
from tfw.report.charts_on_page import Chart, page_chart
from tfw.report.embed import asset, environment
from tfw.report.evaluation import (
    FEW_LABELS,
    evaluation_charts,
    evaluation_of,
    show_evaluation,
)
from tfw.report.exports import FIELDS, csv_file, export_row, in_batches, parquet_file, replacing
from tfw.report.figures import BEST_POSTS, Figures, ReportFigures
from tfw.report.formats import percent, thousands
from tfw.report.score_bins import Score
from tfw.report.shown import Mask, open_mask
from tfw.report.topics import topics_fragment
from tfw.store import Store

logger = logging.getLogger(__name__)

TITLE = "Fashion on TikTok"
FILE_NAMES = ("report.html", "posts.csv", "posts.parquet")
# The page stays under 8 MB: Plotly takes 4.8, the charts about 1, the map's libraries 0.3.
SCORES: tuple[Score, ...] = ("label", "vocabulary", "statistical")
LARGEST_TOPIC_VIEW = 1_500_000


@dataclass(frozen=True)
class ReportFiles:
    """The files of a report and its figures; a notebook shows it with links."""

    html: Path
    csv: Path
    parquet: Path
    figures: ReportFigures
    in_run: bool = False

    def _repr_html_(self) -> str:
        links = " · ".join(
            f'<a href="{html.escape(self._link(path))}">{html.escape(path.name)}</a>'
            for path in (self.html, self.csv, self.parquet)
        )
        return f"<p><b>{html.escape(headline(self.figures))}</b></p><p>{links}</p>"

    def _link(self, path: Path) -> str:
        # The notebook of a run lies beside the report; one that is open by hand does not.
        return path.name if self.in_run else Path(os.path.relpath(path)).as_posix()


def write_report(
    store: Store,
    folder: Path,
    *,
    title: str = TITLE,
    privacy: PrivacyLevel | str = PrivacyLevel.PSEUDONYMISE,
    reason: str = "",
    best_posts: int = BEST_POSTS,
    query: Mapping[str, Any] | None = None,
    run: Mapping[str, Any] | None = None,
    progress: bool = False,
) -> ReportFiles:
    """The report of the posts in the store: report.html, posts.csv and posts.parquet.

    Posts are read once, so all three files tell of the same posts; memory does not grow with
    their texts. Files of an earlier report stay as they are until the new ones are complete.

    Args:
        store: where the posts are.
        folder: where the files go; it is made where it is missing.
        title: the heading of the page.
        privacy: how authors and @mentions are shown.
        reason: why names are shown; needed for ``keep``, logged and written on the page.
        best_posts: how many posts the table of the best has.
        query: which posts, as a MongoDB query; all of them where it is None.
        run: the record of the run that makes the report; None where it is made by hand.
        progress: whether to show a progress bar.

    Raises:
        ParameterError: an unknown privacy level, or ``keep`` without a reason.
        StoreError: the database cannot be read.
    """
    mask = open_mask(privacy, reason)
    figures = Figures(mask, best_posts)
    page, table, columns = (folder / name for name in FILE_NAMES)
    with csv_file(table) as to_csv, parquet_file(columns) as to_parquet:
        posts = tqdm(store.posts(query, FIELDS), unit="post", disable=not progress)
        for batch in in_batches(posts):
            rows = [export_row(post, mask) for post in batch]
            to_csv(rows)
            to_parquet(rows)
            for post in batch:
                figures.add(post)
    files = ReportFiles(page, table, columns, figures.result(), in_run=run is not None)
    text = render(store, files.figures, mask, title=title, query=query, run=run)
    with replacing(page) as draft:
        draft.write_text(text, encoding="utf-8")
    logger.info("Wrote %s: %s", files.html, headline(files.figures))
    return files


def headline(figures: ReportFigures) -> str:
    """The figures in one line of text."""
    posts = f"{thousands(len(figures.posts))} posts"
    if figures.share is None:
        return f"{posts}, none scored yet"
    share = figures.share
    return (
        f"{posts}, {thousands(figures.scored)} scored, {percent(share.value)} about fashion "
        f"(95 % interval {percent(share.low)} to {percent(share.high)})"
    )


def render(
    store: Store,
    figures: ReportFigures,
    mask: Mask,
    *,
    title: str = TITLE,
    query: Mapping[str, Any] | None = None,
    run: Mapping[str, Any] | None = None,
) -> str:
    """The page as text; arguments as for :func:`write_report`."""
    nonce = secrets.token_urlsafe(16)
    vocabulary = _vocabulary(store, figures)
    quality = evaluation_of(store)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            title=title,
            nonce=nonce,
            now=datetime.now(UTC),
            figures=figures,
            scoring=figures.scoring,
            mask=mask,
            query=json.dumps(query, default=str, ensure_ascii=False) if query else None,
            run=run,
            run_id=sections.run_id(run),
            charts=_charts(figures) | (evaluation_charts(quality) if quality else {}),
            evaluation=show_evaluation(quality, mask) if quality else None,
            few_labels=FEW_LABELS,
            gaps=sections.gaps(figures),
            comments=sections.comment_rows(figures),
            imports=sections.import_rows(store),
            routes=sections.routes(figures),
            vocabulary=vocabulary,
            term_counts=sections.term_counts(vocabulary),
            topics=sections.topic_rows(vocabulary),
            topic_map=_topic_map(vocabulary, nonce),
            steps=sections.steps(run),
            made_with=sections.made_with(run),
            plotly=Markup(get_plotlyjs()),
            css=asset("report.css"),
            js=asset("report.js"),
        )
    )


def _charts(figures: ReportFigures) -> dict[str, Chart]:
    """The charts that have something to show, by name."""
    return {chart.name: chart for chart in _drawn(figures)}


def _drawn(figures: ReportFigures) -> Iterator[Chart]:
    posts, limits = figures.posts, figures.scoring.in_force
    if posts["created_at"].notna().any():
        yield page_chart("posted", charts.posts_over_time(posts))
    if posts["first_seen"].notna().any():
        yield page_chart("collected", charts.posts_over_time(posts, "first_seen"))
    if len(posts):
        yield page_chart("sources", charts.sources(posts))
        yield page_chart("comments", charts.comments_state(posts))
    if len(figures.hashtags):
        yield page_chart("hashtags", charts.top_hashtags(figures.hashtags))
    if not figures.scored:
        return
    yield page_chart("verdicts", charts.verdict_share(posts))
    for score in SCORES:
        if posts[score].notna().any():
            yield _distribution(posts, score, limits.get(score))
    if figures.sample["label"].notna().any():
        yield page_chart("scatter", charts.scores_scatter(figures.sample, limits))
    for kind in dict.fromkeys(figures.terms["kind"]):
        yield page_chart(f"terms-{kind}", charts.top_terms(figures.terms, kind))


def _distribution(posts: pd.DataFrame, score: Score, threshold: float | None) -> Chart:
    figure = charts.score_distribution(
        posts[score], posts["verdict"], score=score, threshold=threshold
    )
    return page_chart(score, figure)


def _vocabulary(store: Store, figures: ReportFigures) -> Mapping[str, Any]:
    """The vocabulary that the posts were scored with, else the newest; empty without one."""
    used = figures.scoring.vocabulary_id
    found = store.get("vocabularies", used) if used else store.latest("vocabularies")
    if found is None and used == default_vocabulary().id:
        return default_vocabulary().document()
    return found or {}


def _topic_map(vocabulary: Mapping[str, Any], nonce: str) -> Markup | None:
    view = vocabulary.get("topic_view")
    if not view or len(view) > LARGEST_TOPIC_VIEW:
        return None
    return topics_fragment(view, nonce=nonce)
