"""What a report's methods say, sentence by sentence, each made from what is stored."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from tfw.relevance.evaluate import Evaluation
from tfw.relevance.intervals import Interval
from tfw.relevance.thresholds import Thresholds
from tfw.report.choices import ReportChoice
from tfw.report.collection import AskedQuery, ImportedFiles
from tfw.report.figures import ReportFigures
from tfw.report.formats import day, moment, percent, plain, score, thousands
from tfw.report.shown import Mask

# What notebook 04_learn_vocabulary learns from when it is not told otherwise.
DEMO_FILE = "tfw/lab/data/instagram-demo.tab.gz"
DEMO_NAME = PurePath(DEMO_FILE).name
PEOPLE = {
    "pseudonymise": (
        "Names of authors and @mentions were replaced by pseudonyms, made with a key that is kept "
        "apart from the data."
    ),
    "redact": "Names of authors and @mentions were removed.",
}


@dataclass(frozen=True)
class Facts:
    """What the paragraph is made from."""

    figures: ReportFigures
    choice: ReportChoice
    queries: list[AskedQuery]
    imports: ImportedFiles
    vocabulary: Mapping[str, Any]
    learnt_from: str | None
    thresholds: Thresholds | None
    evaluation: Evaluation | None
    made_with: Mapping[str, Any]
    run: Mapping[str, Any] | None
    template: str | None
    retention_date: date | None = None


def scoring_sentences(facts: Facts) -> Iterator[str]:
    """What the posts were scored with, and what came out."""
    figures, scoring = facts.figures, facts.figures.scoring
    days = sorted(scoring.days)
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    yield f"{number(figures.scored, 'post')} {was(figures.scored)} scored ({when})."
    labels = ", ".join(f"“{label}”" for label in scoring.labels)
    template = f", with the hypothesis “{facts.template}”" if facts.template else ""
    if labels:
        yield (
            "The label score is the probability that the description and hashtags are about "
            f"{labels}, by the model {_most(scoring.models)}{template}."
        )
    yield from _vocabulary(facts)
    yield (
        "The statistical score, (likes + comments + shares + plays) / max(days since posting, 1) "
        "unless other weights are given, is no part of the verdict."
    )
    yield from _verdict(facts)


def _vocabulary(facts: Facts) -> Iterator[str]:
    vocabulary, scoring = facts.vocabulary, facts.figures.scoring
    size = ""
    if vocabulary:
        terms = number(len(vocabulary.get("terms", ())), "term")
        size = f" (“{vocabulary.get('name', '')}”, {terms}; {_origin(facts)})"
    yield (
        "The vocabulary score is the number of different terms of the vocabulary "
        f"{_most(scoring.vocabularies)}{size} that stand in the post."
    )


def _origin(facts: Facts) -> str:
    vocabulary = facts.vocabulary
    documents = vocabulary.get("documents", 0)
    if not documents:
        return str(vocabulary.get("source", "origin not recorded"))
    topics = len(vocabulary.get("topics", ()))
    kind = (
        "invented posts in the layout of an Instagram data set"
        if is_invented(facts)
        else ("Instagram posts")
    )
    return (
        f"learnt on {day(vocabulary.get('created_at'))} from {thousands(documents)} {kind} by "
        f"latent Dirichlet allocation with {number(topics, 'topic')}"
    )


def _verdict(facts: Facts) -> Iterator[str]:
    figures, scoring, share = facts.figures, facts.figures.scoring, facts.figures.share
    limits = scoring.in_force
    yield (
        f"A post counts as fashion when its label score is above {plain(limits.get('label'))} or "
        f"it has more than {_terms(limits.get('vocabulary'))}"
        f"{_named(facts.thresholds, limits)}."
    )
    if len(scoring.thresholds) > 1:
        other = figures.scored - scoring.thresholds.most_common(1)[0][1]
        yield f"{number(other, 'post')} {was(other)} judged with other thresholds."
    if share is not None:
        yield (
            f"By this {thousands(figures.fashion)} of {thousands(figures.scored)} posts are about "
            f"fashion: {percent(share.value)} (95 % interval {percent(share.low)} to "
            f"{percent(share.high)}, Wilson's score method)."
        )


def _terms(limit: float | None) -> str:
    return f"{plain(limit)} different vocabulary {'term' if limit == 1 else 'terms'}"


def _named(thresholds: Thresholds | None, limits: Mapping[str, float]) -> str:
    """Whose thresholds these are, where the posts were judged with the set that is known."""
    if thresholds is None or thresholds.values != limits:
        return ""
    saved = f", saved {moment(thresholds.at)}" if thresholds.at else ""
    because = f", because: {thresholds.reason}" if thresholds.reason else ""
    return f" (thresholds “{thresholds.name}”{saved}{because})"


def quality_sentences(found: Evaluation, chosen: bool) -> Iterator[str]:
    """How often the verdict is right where people have labelled posts."""
    verdict, of = found.verdict, " of the whole collection" if chosen else ""
    numbers = {"precision": verdict.precision, "recall": verdict.recall, "F1": verdict.f1}
    measured = ", ".join(f"{name} {_interval(value)}" for name, value in numbers.items() if value)
    yield (
        f"Against the labels of people on {number(verdict.posts, 'post')}{of}, "
        f"{thousands(verdict.fashion)} of them about fashion, the verdict has {measured} "
        "(95 % intervals: Wilson's for shares, and carried over to F1)."
    )
    area = found.areas.get("label")
    if area is not None:
        yield f"The area under the ROC curve of the label score is {_decimals(area)} (DeLong's)."
    for pair in found.agreements:
        if pair.kappa is not None:
            yield (
                f"Two coders labelled {number(pair.posts, 'post')}, with a Cohen's "
                f"kappa of {_decimals(pair.kappa)}."
            )


def surrounding_sentences(facts: Facts, mask: Mask) -> Iterator[str]:
    """The program and its version, and how people are shown."""
    made_with, git = facts.made_with, facts.made_with.get("git")
    commit = f", commit {git['commit'][:12]}" if git else ""
    changed = " with uncommitted changes" if git and git["dirty"] else ""
    run = f", run {facts.run.get('_id') or facts.run['id']}" if facts.run else ""
    yield (
        f"All was done with the TikTok Fashion Workbench {made_with['tfw']}{commit}{changed}{run}, "
        f"on Python {made_with['python']}."
    )
    reason = mask.reason.rstrip(".")
    yield PEOPLE.get(mask.level.value, f"Names of authors are shown, for this reason: {reason}.")
    if facts.retention_date:
        yield f"The data are kept until {facts.retention_date.isoformat()} at the latest."


def is_invented(facts: Facts) -> bool:
    """Whether the vocabulary was learnt from the invented posts of the demo."""
    return facts.learnt_from is not None and PurePath(facts.learnt_from).name == DEMO_NAME


def _most(counts: Counter[str]) -> str:
    """The name of most posts; the others with their numbers where there are any."""
    if len(counts) == 1:
        return next(iter(counts))
    return " and ".join(f"{name} ({number(n, 'post')})" for name, n in counts.most_common())


def counted(counts: Counter[str]) -> str:
    """Names with their numbers, the most first."""
    return ", ".join(f"{thousands(posts)} {name}" for name, posts in counts.most_common())


def _interval(found: Interval) -> str:
    return f"{percent(found.value)} ({percent(found.low)} to {percent(found.high)})"


def _decimals(found: Interval) -> str:
    return f"{score(found.value)} ({score(found.low)} to {score(found.high)})"


def number(count: int, noun: str) -> str:
    """A number of things, such as 1 post, 2 posts."""
    return f"{thousands(count)} {noun}{'' if count == 1 else 's'}"


def was(count: int) -> str:
    """The verb for so many things."""
    return "was" if count == 1 else "were"
