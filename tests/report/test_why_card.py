import re

import pytest

from tests.browser import console_errors, network_requests, open_chromium
from tests.records import MONDAY, make_post, make_relevance, post_id
from tfw.errors import ParameterError
from tfw.records import Author, RelativeLevel, Span, TermHit
from tfw.relevance.why import why

HOSTILE = (
    "</style></script><script>document.title='taken'</script><img src=x onerror=alert(1)> "
    "linen & 'dress' by @friend.of.mine \u202e#ootd 夕方の海 👗"
)
LIMITS = {"label": 0.5, "vocabulary": 1}


def hit(term, field, text, kind="word"):
    start = text.index(term)
    return TermHit(
        term=term, kind=kind, spans=(Span(field=field, start=start, end=start + len(term)),)
    )


def card(store, **fields):
    tags = ("ootd", "skirt")
    post = make_post(description=HOSTILE, hashtags=tags, author=Author(name="<i>someone</i>"))
    store.upsert_posts([post])
    terms = (
        hit("linen", "description", HOSTILE), hit("dress", "description", HOSTILE),
        hit("ootd", "description", HOSTILE, "hashtag"), hit("skirt", "hashtags", "#skirt"),
    )  # fmt: skip
    known = {
        "terms": terms, "vocabulary": 4, "label": 0.62, "thresholds": LIMITS,
        "labels": {"fashion": 0.31, "<b>style</b>": 0.62},
    }  # fmt: skip
    store.save_relevance([(post.id, make_relevance(**{**known, **fields}))])
    return why(store, post_id(1))


@pytest.fixture
def opened(store, tmp_path):
    """Opens a card in a real browser."""
    browsers = []

    def show(found, **view):
        page = tmp_path / "card.html"
        head = (
            '<!doctype html><meta charset="utf-8"><title>card</title>'
            '<meta name="viewport" content="width=device-width">'
        )
        page.write_text(head + found._repr_html_(), encoding="utf-8")
        browser = open_chromium(tmp_path / str(len(browsers)), **view)
        browsers.append(browser)
        browser.get(page.as_uri())
        return browser

    yield show
    for browser in browsers:
        browser.quit()


def texts(browser, selector):
    script = "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText)"
    return browser.execute_script(script, selector)


@pytest.mark.browser
def test_hostile_text_is_shown_as_text_with_its_terms_marked(store, opened):
    browser = opened(card(store))
    assert browser.title == "card"
    (said,) = texts(browser, ".said")
    assert "</style></script><script>document.title='taken'</script><img src=x" in said
    assert texts(browser, "mark") == ["linen", "dress", "ootd", "skirt"]
    assert texts(browser, ".tfw-why img, .tfw-why script, .tfw-why b b") == []
    assert "<b>style</b> 0.62" in texts(browser, ".scores")[0]
    assert network_requests(browser) == []
    assert console_errors(browser) == []


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_the_paper_by_day_and_by_night(store, opened, dark):
    browser = opened(card(store), dark=dark)
    script = """
        const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).slice(0, 3).map(v => {
            v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 });
            return .2126 * r + .7152 * g + .0722 * b };
        const paper = light(getComputedStyle(document.querySelector('.tfw-why')).backgroundColor);
        const shown = document.querySelectorAll('.reason, .meta, small, .foot, .said, .warn');
        return [...shown].map(e => {
            const ink = light(getComputedStyle(e).color);
            return (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05) });
    """
    contrasts = browser.execute_script(script)
    assert len(contrasts) > 8
    assert min(contrasts) >= 4.5  # as WCAG 2.2 asks of text


@pytest.mark.browser
def test_the_card_fits_a_phone(store, opened):
    long = {"model": "m" * 90, "vocabulary_id": "v" * 90}
    browser = opened(card(store, **long), width=360, height=900, mobile=True)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 360


def test_names_are_hidden_unless_a_reason_is_given(store, settings):
    found = card(store)
    page = found._repr_html_()
    assert "friend.of.mine" not in page
    assert "someone" not in page
    assert re.search(r"@p_[0-9a-f]{12}", page)
    with pytest.raises(ParameterError, match="needs a reason"):
        why(store, post_id(1), privacy="keep")._repr_html_()
    shown = why(store, post_id(1), privacy="keep", reason="a test")._repr_html_()
    assert "&lt;i&gt;someone&lt;/i&gt;" in shown


def test_the_relative_level_is_told_with_its_interval_and_flags(store):
    level = RelativeLevel(
        times=3.2, low=1.4, high=7.1, others=3, flags=("young", "few posts"), half_life=2, at=MONDAY
    )
    page = card(store, relative=level)._repr_html_()
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert (
        "3.20 times the creator's usual level (95 % interval 1.40 to 7.10, 3 other posts)" in text
    )
    assert "young, few posts" in text


def test_a_post_without_scores_of_a_kind_says_so(store):
    page = card(
        store, label=None, labels={}, statistical=None, terms=(), vocabulary=0, verdict=False
    )
    text = " ".join(re.sub(r"<[^>]+>", " ", page._repr_html_()).split())
    assert "no label score (the text has no words), 0 terms are not more than 1" in text
    assert "No term of the vocabulary stands in the post." in text
    assert "age or a counter is not known" in text
