import pandas as pd
import pytest

from tests.report import world
from tfw.privacy import PrivacyLevel, Pseudonymiser, hider, text_hider
from tfw.report import charts
from tfw.report.chart_layout import FASHION, label
from tfw.report.figures import Figures, ReportFigures
from tfw.report.shown import Mask


def figures_of(posts, relevance=world.scored) -> ReportFigures:
    hide = Pseudonymiser(b"0" * 32)
    level = PrivacyLevel.PSEUDONYMISE
    figures = Figures(Mask(level, hider(level, hide), text_hider(level, hide)))
    for post in posts:
        document = {**post.document(), "first_seen": post.stats.collected_at}
        if relevance:
            document["relevance"] = relevance(post).model_dump(exclude_none=True)
        figures.add(document)
    return figures.result()


@pytest.fixture(scope="module")
def some() -> ReportFigures:
    return figures_of(world.posts(300))


@pytest.fixture(scope="module")
def nothing() -> ReportFigures:
    return figures_of([])


def all_charts(figures: ReportFigures):
    posts = figures.posts
    limits = figures.scoring.in_force
    yield charts.posts_over_time(posts)
    yield charts.posts_over_time(posts, "first_seen")
    yield charts.sources(posts)
    yield charts.comments_state(posts)
    yield charts.verdict_share(posts)
    for score in ("label", "vocabulary", "statistical"):
        yield charts.score_distribution(
            posts[score], posts["verdict"], score=score, threshold=limits.get(score, 0.5)
        )
    yield charts.scores_scatter(figures.sample, limits)
    for kind in ("brand", "hashtag", "topic", "word"):
        yield charts.top_terms(figures.terms, kind)
    yield charts.top_hashtags(figures.hashtags)


def test_every_chart_has_a_title_axis_titles_and_hover_texts(some):
    for figure in all_charts(some):
        assert figure.layout.title.text
        assert figure.layout.xaxis.title.text
        assert all(trace.hovertemplate for trace in figure.data)
        assert len(figure.data) > 0


def test_without_posts_every_chart_says_so(nothing):
    for figure in all_charts(nothing):
        assert "No posts to show yet" in [note.text for note in figure.layout.annotations]


def test_posts_that_are_not_scored_have_a_share_of_their_own():
    figures = figures_of(world.posts(20), relevance=None)
    names = [trace.name for trace in charts.verdict_share(figures.posts).data]
    assert names == ["not scored"]


def test_shares_of_a_source_add_up_to_a_hundred_percent(some):
    figure = charts.verdict_share(some.posts)
    totals = sum(pd.Series(trace.x) for trace in figure.data)
    assert totals.round(6).eq(100).all()
    assert figure.data[0].y[0] == "all sources"


def test_bars_over_time_count_every_post_with_a_date(some):
    figure = charts.posts_over_time(some.posts)
    drawn = sum(sum(trace.y) for trace in figure.data)
    assert drawn == some.posts["created_at"].notna().sum() < len(some.posts)


@pytest.mark.parametrize(
    ("days", "unit"), [(0, "day"), (60, "day"), (300, "week"), (2000, "month")]
)
def test_the_unit_of_time_fits_the_period(days, unit):
    times = pd.to_datetime(["2024-01-01", "2024-01-01"], utc=True) + pd.to_timedelta([0, days], "D")
    posts = pd.DataFrame({"source": pd.Categorical(["a", "a"]), "created_at": times})
    figure = charts.posts_over_time(posts)
    assert figure.layout.xaxis.title.text == f"{unit} (UTC)"


def test_the_label_threshold_stands_at_its_value(some):
    figure = charts.score_distribution(
        some.posts["label"], some.posts["verdict"], score="label", threshold=0.35
    )
    assert figure.layout.shapes[0].x0 == 0.35
    assert figure.layout.annotations[0].text == "threshold > 0.35"


def test_the_vocabulary_threshold_stands_between_the_numbers_it_parts(some):
    figure = charts.score_distribution(
        some.posts["vocabulary"], some.posts["verdict"], score="vocabulary", threshold=1
    )
    assert figure.layout.shapes[0].x0 == 1.5


def test_bars_of_scores_count_every_scored_post_by_verdict(some):
    for score in ("label", "vocabulary", "statistical"):
        figure = charts.score_distribution(some.posts[score], some.posts["verdict"], score=score)
        for trace, verdict in zip(figure.data, (True, False), strict=True):
            expected = (some.posts[score].notna() & some.posts["verdict"].eq(verdict)).sum()
            assert sum(trace.y) == expected


def test_very_high_scores_are_counted_in_the_last_bar():
    scores, verdict = pd.Series([40, 2]), pd.Series([True, True], dtype="boolean")
    figure = charts.score_distribution(scores, verdict, score="vocabulary")
    assert list(figure.data[0].y) == [0, 0, 1] + 12 * [0] + [1]
    figure = charts.score_distribution(scores * 1e7, verdict, score="statistical")
    assert sum(figure.data[0].y) == 2


def test_the_scatter_spreads_points_but_keeps_them_with_their_number(some):
    figure = charts.scores_scatter(some.sample, some.scoring.in_force)
    drawn = pd.concat([pd.Series(trace.y) for trace in figure.data])
    assert sorted(drawn.round()) == sorted(some.sample["vocabulary"])
    assert len(figure.layout.shapes) == 2


def test_the_most_frequent_term_stands_on_top(some):
    brands = some.terms[some.terms["kind"] == "brand"]
    figure = charts.top_terms(some.terms, "brand")
    assert figure.layout.yaxis.ticktext[-1] == brands.iloc[0]["term"]
    totals = sum(pd.Series(trace.x) for trace in figure.data)
    assert totals.iloc[-1] == brands["posts"].max()


def test_a_number_as_hashtag_is_a_name_and_not_a_value():
    rows = [("hashtag", "2026", 3, 1, 0, 4), ("hashtag", "linen", 2, 0, 0, 2)]
    table = pd.DataFrame(rows, columns=["kind", "term", "fashion", "other", "unscored", "posts"])
    assert charts.top_hashtags(table).layout.yaxis.ticktext == ("#linen", "#2026")


def test_markup_in_a_term_is_shown_as_text():
    rows = [("brand", "<img src=x onerror=alert(1)>", 1, 0, 0, 1)]
    table = pd.DataFrame(rows, columns=["kind", "term", "fashion", "other", "unscored", "posts"])
    figure = charts.top_terms(table, "brand")
    assert "<" not in figure.layout.yaxis.ticktext[0]
    assert all("<" not in text for text in figure.data[0].customdata)


def test_a_label_is_short_on_one_line_and_reads_in_one_direction():
    assert label("a\nb\u202ec\x00d") == "a b c d"
    assert len(label("x" * 99)) == 26


def test_the_colours_of_verdicts_are_the_same_in_all_charts(some):
    colours = {
        trace.marker.color
        for figure in all_charts(some)
        for trace in figure.data
        if trace.name == "fashion"
    }
    assert colours == {FASHION}
