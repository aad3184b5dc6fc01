"""The report as one HTML page that needs no network."""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from tfw.project import Project
from tfw.relevance.thresholds import thresholds_in_force
from tfw.relevance.vocabulary import default_vocabulary
from tfw.report import charts, sections
from tfw.report.charts_on_page import Chart, page_chart
from tfw.report.choices import ReportChoice
from tfw.report.collection import asked_queries, imported_files
from tfw.report.embed import asset, environment
from tfw.report.evaluation import (
    FEW_LABELS,
    evaluation_charts,
    evaluation_of,
    show_evaluation,
)
from tfw.report.figures import ReportFigures
from tfw.report.methods import Methods, learnt_from, methods, template_of
from tfw.report.score_bins import Score
from tfw.report.sentences import Facts
from tfw.report.shown import Mask
from tfw.report.topics import topics_fragment
from tfw.settings import load_settings
from tfw.store import Store

# The page stays under 8 MB: Plotly takes 4.8, the charts about 1, the map's libraries 0.3.
SCORES: tuple[Score, ...] = ("label", "vocabulary", "statistical")
LARGEST_TOPIC_VIEW = 1_500_000
NAVIGATION = {
    "collected": "Collected",
    "verdict": "Fashion or not",
    "talk": "Hashtags and terms",
    "topics": "Topics",
    "best": "Best posts",
    "threshold": "Near the threshold",
    "quality": "How good it is",
    "missing": "What is missing",
    "methods": "Methods",
}


@dataclass(frozen=True)
class Page:
    """The page of a report, and the methods that stand in it."""

    html: str
    methods: Methods


def render(
    store: Store,
    figures: ReportFigures,
    mask: Mask,
    *,
    choice: ReportChoice,
    query: Mapping[str, Any] | None = None,
    run: Mapping[str, Any] | None = None,
    diff: str | None = None,
) -> Page:
    """The report as HTML, and the methods that stand in it.

    Args:
        store: where vocabularies, labels, windows and imports are.
        figures: what the page shows.
        mask: how people are shown.
        choice: what goes in.
        query: the MongoDB query of the posts, where it is not the choice's own.
        run: the record of the run that makes the report.
        diff: the name of the page that compares with another run, where there is one.
    """
    nonce = secrets.token_urlsafe(16)
    vocabulary, quality = _vocabulary(store, figures), evaluation_of(store)
    made_with = sections.made_with(run)
    thresholds = thresholds_in_force(store)
    facts = Facts(
        figures=figures,
        choice=choice,
        queries=asked_queries(store, choice, run),
        imports=imported_files(store, choice, run),
        vocabulary=vocabulary,
        learnt_from=learnt_from(store, vocabulary, run),
        thresholds=thresholds,
        evaluation=quality,
        made_with=made_with,
        run=run,
        template=template_of(run),
        retention_date=Project.load(load_settings()).retention_date,
    )
    written = methods(facts, mask)
    html = (
        environment()
        .get_template("report.html.j2")
        .render(
            title=choice.title,
            choice=choice,
            chosen=choice.words(run),
            shown=choice.sections,
            nav=NAVIGATION.items(),
            nonce=nonce,
            now=datetime.now(UTC),
            figures=figures,
            scoring=figures.scoring,
            thresholds=thresholds,
            mask=mask,
            query=json.dumps(query, default=str, ensure_ascii=False) if query else None,
            run=run,
            run_id=sections.run_id(run),
            charts=_charts(figures) | (evaluation_charts(quality) if quality else {}),
            evaluation=show_evaluation(quality, mask) if quality else None,
            few_labels=FEW_LABELS,
            gaps=sections.gaps(figures),
            comments=sections.comment_rows(figures),
            asked=facts.queries,
            imports=sections.import_rows(store),
            routes=sections.routes(figures),
            vocabulary=vocabulary,
            term_counts=sections.term_counts(vocabulary),
            topics=sections.topic_rows(vocabulary),
            topic_map=_topic_map(vocabulary, nonce) if "topics" in choice.sections else None,
            steps=sections.steps(run),
            made_with=made_with,
            methods=written,
            diff=diff,
            plotly=Markup(get_plotlyjs()),
            css=asset("report.css"),
            js=asset("report.js"),
        )
    )
    return Page(html, written)


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
