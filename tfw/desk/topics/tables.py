"""The tables of the desk of topics as HTML: topics, example posts, edits, two models compared."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from tfw.desk.tables import Column, table
from tfw.desk.topics.state import TopicsState
from tfw.relevance.matching import Found, Matcher
from tfw.relevance.topic_editing import name_of
from tfw.relevance.topic_names import Topic, TopicChanges, similarities
from tfw.relevance.topic_shares import EXAMPLES, Example, TopicShares
from tfw.relevance.vocabulary import Vocabulary
from tfw.report.formats import UNKNOWN, day, percent, thousands
from tfw.report.shown import Mask
from tfw.report.topic_charts import sparkline

WORDS = 12
TERMS_SHOWN = 40
COLUMNS = (
    Column("No.", number=True, hint="the number in the map"),
    Column("Name"),
    Column("Share of words", number=True, hint="of the texts that the model was learnt from"),
    Column("Share of posts", number=True, hint="of the stored posts that have topic words"),
    Column("Over time"),
    Column("Coherence", number=True, hint="c_npmi, -1 to 1"),
    Column("First words"),
)


def topics_table(state: TopicsState) -> Markup:
    """All topics of a model: numbers as in the map, names, shares, trends and first words."""
    states = state.states()
    rows = [
        topic_row(number, group, states, state.shares) for number, group in state.groups.items()
    ]
    legend = Markup(
        '<p class="soft">First words: <b>in the vocabulary</b>, <s>taken out by an edit</s>, '
        "and ordinary talk, which never entered.</p>"
    )
    caption = "Topics of the model; numbers are those of the map"
    return table(COLUMNS, rows, caption=caption) + (legend if rows else "")


def topic_row(
    number: int, group: Sequence[Topic], states: Mapping[str, str], shares: TopicShares | None
) -> tuple[object, ...]:
    """One topic, with those merged into it."""
    numbers = [topic.topic for topic in group]
    badge = (
        "" if any(t.fashion for t in group) else Markup(' <span class="badge">not fashion</span>')
    )
    name = Markup('<span class="name"><bdi dir="auto">{}</bdi>{}</span>').format(
        name_of(group[0]), badge
    )
    trend = shares.over_time(numbers)["share"].to_list() if shares else []
    return (
        " + ".join(map(str, numbers)),
        name,
        percent(sum(topic.share for topic in group)),
        percent(shares.share(numbers)) if shares else "…",
        Markup(sparkline(trend)) if shares else "…",
        coherence_of(group),
        words_of(group, states),
    )


def coherence_of(group: Sequence[Topic]) -> str:
    """The coherence of a topic; of merged ones their mean by share, as far as it is known."""
    known = [(t.coherence, t.share) for t in group if t.coherence is not None]
    weight = sum(share for _, share in known)
    return f"{sum(c * s for c, s in known) / weight:.2f}" if weight else UNKNOWN


def first_words(group: Sequence[Topic], number: int = WORDS) -> list[str]:
    """The most probable words of a topic; merged ones are weighted by their shares."""
    weights: dict[str, float] = {}
    for topic in group:
        for entry in topic.terms:
            share = topic.share or 1e-9
            weights[entry.term] = weights.get(entry.term, 0.0) + share * entry.weight
    return sorted(weights, key=lambda word: (-weights[word], word))[:number]


def words_of(group: Sequence[Topic], states: Mapping[str, str]) -> Markup:
    """The first words of a topic, each marked as what became of it."""
    shapes = {"in": "<b>{}</b>", "out": "<s>{}</s>", "ordinary": '<span class="soft">{}</span>'}
    words = (Markup(shapes[states[word]]).format(word) for word in first_words(group))
    return Markup('<span class="words">{}</span>').format(Markup(", ").join(words))


def summary(state: TopicsState) -> Markup:
    """What the model is, and which posts were scored with it."""
    one = state.vocabulary
    coherence = one.parameters.get("coherence")
    parts = [
        f"{len(state.groups)} topics",
        f"{thousands(len(one.terms))} terms",
        f"learnt from {thousands(one.documents)} texts of {one.source}",
        f"coherence {coherence:.2f}" if coherence is not None else "",
        f"stability {one.stability:.2f}" if one.stability is not None else "",
        f"{sum(edit.is_active for edit in one.edits)} edits" if one.edits else "",
    ]
    text = " · ".join(part for part in parts if part)
    return Markup('<p class="soft"><code>{}</code> · {}</p>').format(one.id, text) + _scored(state)


def _scored(state: TopicsState) -> Markup:
    shares = state.shares
    if shares is None:
        return Markup("")
    here = shares.scored_with.get(state.vocabulary.id, 0)
    other = shares.posts - here
    text = (
        f"{thousands(shares.posts)} stored posts: {thousands(here)} scored with this version"
        + (f", {thousands(other)} not." if other else ".")
        + f" {thousands(shares.with_words)} have words of the topics"
        + (f" ({thousands(shares.undated)} of these without a date)." if shares.undated else ".")
    )
    model = state.model
    advice = (
        " Run 05_score_posts: it takes this version."
        if other and model is not None and model.is_latest
        else ""
    )
    return Markup("<p>{}</p>").format(text + advice)


def examples(state: TopicsState, group: Sequence[Topic], mask: Mask) -> Markup:
    """The posts that stand most clearly for a topic, its words marked, names hidden."""
    if state.shares is None:
        return Markup('<p class="empty">Example posts stand here when all posts are read.</p>')
    best = state.shares.best([topic.topic for topic in group], EXAMPLES)
    fields = ("url", "author", "description", "hashtags", "created_at")
    ids = [one.post_id for one in best]
    posts = {post["_id"]: post for post in state.store.posts({"_id": {"$in": ids}}, fields)}
    find = Matcher.of_words(word for word in first_words(group, 100) if len(word) > 1).find
    cards = [_example(posts[one.post_id], one, mask, find) for one in best if one.post_id in posts]
    if not cards:
        return Markup('<p class="empty">No stored post has words of this topic.</p>')
    return Markup('<ol class="examples">{}</ol>').format(Markup("").join(cards))


def _example(
    post: Mapping[str, Any], one: Example, mask: Mask, find: Callable[[str], Iterable[Found]]
) -> Markup:
    text = str(post.get("description", ""))
    spans = [(hit.start, hit.end) for hit in find(text)]
    pieces = Markup("").join(
        Markup("<mark>{}</mark>").format(piece.text) if piece.term else Markup.escape(piece.text)
        for piece in mask.pieces(text, spans)
    )
    who = mask.author(post) or "author not known"
    return Markup(
        '<li><bdi dir="auto">{}</bdi><br><span class="soft">{} of {} topic words · {} · '
        '<bdi>{}</bdi> · <a href="{}" target="_blank" rel="noopener noreferrer">post {}</a>'
        "</span></li>"
    ).format(
        pieces or "(no description)",
        percent(one.share),
        one.words,
        day(post.get("created_at")),
        who,
        mask.url(post),
        post["_id"],
    )


def edits_table(vocabulary: Vocabulary) -> Markup:
    """All edits with who and when, the newest first; those taken back too."""
    columns = (Column("When"), Column("Who"), Column("What"), Column("State"))
    rows = [
        (
            edit.at,
            edit.by,
            str(edit),
            _edit_state(edit.undone_by, edit.undone_at, edit.carried_from),
        )
        for edit in reversed(vocabulary.edits)
    ]
    return table(
        columns, rows, caption="Edits, the newest first",
        empty="Nothing was edited yet. Rename, drop or merge under “Topics”.",
    )  # fmt: skip


def _edit_state(by: str | None, at: object, carried: str | None) -> str:
    origin = f" (made for {carried}, carried over)" if carried else ""
    return f"taken back by {by}, {at:%Y-%m-%d %H:%M} UTC{origin}" if at else f"in force{origin}"


def comparison(one: Vocabulary, other: Vocabulary, changes: TopicChanges) -> Markup:
    """What two models have in common: matched topics, new, lost, split and merged ones, terms."""
    mine = {topic.topic: topic for topic in one.topics}
    theirs = {topic.topic: topic for topic in other.topics}
    columns = (
        Column("This model"), Column("Other model"), Column("Likeness", number=True),
        Column("First words of both"), Column("Of this one only"), Column("Of the other only"),
    )  # fmt: skip
    rows = [
        (
            f"{kept.old}  {name_of(mine[kept.old])}",
            f"{kept.new}  {name_of(theirs[kept.new])}",
            f"{kept.similarity:.2f}",
            *_words_apart(mine[kept.old], theirs[kept.new]),
        )
        for kept in changes.kept
    ]
    matched = table(
        columns,
        rows,
        caption=f"Matched topics ({changes})",
        empty="No topic of one is in the other.",
    )
    return matched + _rest(changes) + _terms(one, other)


def _words_apart(one: Topic, other: Topic) -> tuple[str, str, str]:
    mine = [entry.term for entry in one.terms[:WORDS]]
    theirs = [entry.term for entry in other.terms[:WORDS]]
    return (
        ", ".join(word for word in mine if word in theirs),
        ", ".join(word for word in mine if word not in theirs),
        ", ".join(word for word in theirs if word not in mine),
    )


def _rest(changes: TopicChanges) -> Markup:
    lines = [
        *(("Only in this model", name) for name in changes.lost),
        *(("Only in the other", name) for name in changes.new),
        *(("Split in the other", f"{a} → {'; '.join(b)}") for a, b in changes.split.items()),
        *(("Joined in the other", f"{'; '.join(b)} → {a}") for a, b in changes.merged.items()),
    ]
    columns = (Column("What"), Column("Topics"))
    return table(
        columns, lines, caption="The rest", empty="No topic is new, lost, split or joined."
    )


def _terms(one: Vocabulary, other: Vocabulary) -> Markup:
    mine, theirs = ({term.term for term in each.terms} for each in (one, other))
    rows = [
        ("in both", len(mine & theirs), ""),
        ("only in this one", len(mine - theirs), _some(mine - theirs)),
        ("only in the other", len(theirs - mine), _some(theirs - mine)),
    ]
    columns = (Column("Terms"), Column("Number", number=True), Column("Which"))
    return table(columns, rows, caption="Terms of the two vocabularies")


def _some(terms: set[str]) -> str:
    shown = sorted(terms)[:TERMS_SHOWN]
    more = f", and {len(terms) - len(shown)} more" if len(terms) > len(shown) else ""
    return ", ".join(shown) + more


def likeness(one: Vocabulary, other: Vocabulary) -> tuple[list[list[float]], list[str], list[str]]:
    """The likeness of all pairs of topics, and what rows and columns are called."""
    table_ = similarities(one.topics, other.topics)
    names = [[f"{t.topic}  {name_of(t)}" for t in each.topics] for each in (one, other)]
    return table_.tolist(), names[0], names[1]
