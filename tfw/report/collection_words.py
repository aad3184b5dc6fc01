"""What a report's methods say of the collection, sentence by sentence."""

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from tfw.report.collection import AskedQuery, ImportedFiles
from tfw.report.formats import day, thousands
from tfw.report.sentences import Facts, counted, number, was


def collection_sentences(facts: Facts) -> Iterator[str]:
    """What was collected, when, where, and how much of what was asked for."""
    figures, posts = facts.figures, facts.figures.posts
    if posts.empty:
        yield "No posts were collected."
        return
    seen = posts["first_seen"].min(), posts["last_seen"].max()
    sources = counted(Counter(posts["source"].astype(str)))
    yield (
        f"Between {day(seen[0])} and {day(seen[1])} (UTC) {number(len(posts), 'TikTok post')} "
        f"were collected ({sources})"
        + (
            f", posted from {day(figures.period[0])} to {day(figures.period[1])}."
            if figures.period
            else "."
        )
    )
    if words := facts.choice.words(facts.run):
        yield f"They are a part of the collection: {'; '.join(words)}."
    for query in facts.queries:
        yield _query(query)
    if facts.imports.files:
        yield _files(facts.imports)
    again = int((posts["last_seen"] > posts["first_seen"]).sum())
    yield (
        "Records with the same TikTok post id were joined into one: "
        f"{_times(again)} collected more than once."
    )
    yield from _comments(posts)


def _times(posts: int) -> str:
    return f"{number(posts, 'post')} {was(posts)}" if posts else "no post was"


def _comments(posts: pd.DataFrame) -> Iterator[str]:
    stored = int(posts["comments_collected"].sum())
    if not stored:
        return
    having, reported = (
        int((posts["comments_collected"] > 0).sum()),
        posts["comments_reported"].dropna(),
    )
    yield (
        f"{number(stored, 'comment')} of {number(having, 'post')} "
        f"were stored; TikTok reported {thousands(int(reported.sum()))} for the "
        f"{number(len(reported), 'post')} whose number of comments is known."
    )


def _query(query: AskedQuery) -> str:
    states, windows = counted(query.states), sum(query.states.values())
    sampled = ", as a random sample of each window" if query.random else ""
    text = (
        f"The Research API was asked with the query “{query.name}” ({query.conditions}) for "
        f"{query.first_day} to {query.last_day}{sampled}, in {number(windows, 'window')} of days "
        f"({states}) and {number(query.requests, 'request')}; it counted {thousands(query.asked)} "
        f"matching videos and delivered {thousands(query.delivered)}, the others being mostly "
        "deleted or private."
    )
    if query.over_matched:
        text += (
            f" {number(query.over_matched, 'row')} of them held a keyword only inside another word."
        )
    return text


def _files(imports: ImportedFiles) -> str:
    refused = f"; {number(imports.rejected, 'row')} could not be used" if imports.rejected else ""
    return (
        f"{number(imports.files, 'file')} of other tools ({', '.join(imports.formats)}) "
        f"{was(imports.files)} imported: {thousands(imports.read)} rows read, "
        f"{number(imports.posts, 'post')} and {number(imports.comments, 'comment')}{refused}."
    )
