"""A vocabulary learnt from Instagram posts: brands, top hashtags, phrases, words of topics."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from tqdm.auto import tqdm

from tfw.relevance.brands import brand_term, glued
from tfw.relevance.contrast import WordProfile, is_typical, lift, ordinary_profile
from tfw.relevance.instagram import InstagramPost, read_instagram
from tfw.relevance.phrases import find_phrases
from tfw.relevance.spelling import usual_spelling
from tfw.relevance.text import corpus_words, lemma, split_hashtag
from tfw.relevance.topic_editing import carried_over
from tfw.relevance.topic_names import name_topics
from tfw.relevance.topics import TopicModel, corpus_id, learn_topics
from tfw.relevance.vocabulary import Term, TermKind, Vocabulary, default_vocabulary, now


def learn_vocabulary(
    posts: Sequence[InstagramPost] | str | Path,
    *,
    num_topics: int = 10,
    words_per_topic: int = 20,
    num_hashtags: int = 50,
    num_phrases: int = 50,
    seed: int = 1,
    restarts: int = 5,
    include_default_words: bool = False,
    ordinary: WordProfile | None = None,
    previous: Vocabulary | None = None,
    name: str = "learnt from Instagram posts",
    source: str = "posts given",
    progress: bool = False,
) -> Vocabulary:
    """The vocabulary of a set of Instagram posts.

    It has all brands, the ``num_hashtags`` most used hashtags, the ``num_phrases`` most frequent
    phrases of two words, and the first ``words_per_topic`` words of each topic; of all but brands
    only those that are typical of these posts and neither of English at large nor of ordinary
    posts (see :func:`tfw.relevance.contrast.is_typical`).

    Args:
        posts: posts, or the file of the data set.
        num_topics: topics of the model.
        words_per_topic: first words of each topic.
        num_hashtags: most used hashtags that enter.
        num_phrases: most frequent phrases that enter.
        seed: first random start; the same seed gives the same vocabulary.
        restarts: random starts, of which the most coherent one is kept.
        include_default_words: also take the everyday fashion words of the default vocabulary.
        ordinary: words of posts on other subjects; the profile of the project when not given.
            ``WordProfile.of_texts`` makes one of texts.
        previous: the last vocabulary; topics that it has keep its names, and what a person said
            about them and about terms (:mod:`tfw.relevance.topic_editing`) stays said.
        name: what the vocabulary is called in reports.
        source: what the posts are called, where they are not a file.
        progress: show bars while working.

    Raises:
        FileFormatError: the file is not the data set.
        InputError: too few posts for that many topics.
    """
    source = Path(posts).name if isinstance(posts, str | Path) else source
    if isinstance(posts, str | Path):
        posts = read_instagram(posts)
    documents = corpus(posts, progress=progress)
    model = learn_topics(
        documents,
        num_topics=num_topics,
        words_per_topic=words_per_topic,
        seed=seed,
        restarts=restarts,
        progress=progress,
    )
    extra = default_vocabulary().terms if include_default_words else ()
    profile = ordinary or ordinary_profile()
    topics, changes = name_topics(model.topics, previous.topics if previous else ())
    vocabulary = Vocabulary(
        name=name,
        source=source,
        created_at=now(),
        documents=len(documents),
        parameters={
            "num_topics": num_topics,
            "words_per_topic": words_per_topic,
            "num_hashtags": num_hashtags,
            "num_phrases": num_phrases,
            "seed": seed,
            "restarts": restarts,
            "best_start": model.seed,
            "coherence": model.coherence,
            "include_default_words": include_default_words,
            "ordinary": profile.source,
        },
        terms=_joined(
            brand_terms(posts),
            hashtag_terms(posts, num_hashtags, profile),
            phrase_terms(posts, num_phrases, model.words, profile),
            topic_terms(model, profile),
            extra,
        ),
        topics=topics,
        stability=model.stability,
        previous=previous.id if previous else None,
        topic_changes=changes if previous else None,
        topic_view=model.view,
        corpus=corpus_id(documents),
    )
    return carried_over(vocabulary, previous, changes) if previous else vocabulary


def corpus(posts: Iterable[InstagramPost], *, progress: bool = False) -> list[list[str]]:
    """One document a post: the words of its caption, hashtags and comments."""
    documents = []
    for post in tqdm(posts, desc="reading captions", unit="post", disable=not progress):
        words = corpus_words(post.caption, post.hashtags)
        for comment in post.comment_texts:
            words += corpus_words(comment)
        if words:
            documents.append(words)
    return documents


def brand_terms(posts: Iterable[InstagramPost]) -> list[Term]:
    """The brands the posts were collected for, each with its aliases."""
    counts = Counter(brand for post in posts for brand in post.brands)
    return [brand_term(brand, count) for brand, count in counts.most_common() if len(brand) > 1]


def hashtag_terms(
    posts: Iterable[InstagramPost], number: int, ordinary: WordProfile | None = None
) -> list[Term]:
    """The most used hashtags that are typical of fashion posts, most used first.

    A hashtag of several words is a term in words (outfitideas: outfit idea).
    """
    counts = Counter(tag for post in posts for tag in post.hashtags)
    total = sum(counts.values())
    terms: dict[str, Term] = {}
    for tag, count in counts.most_common():
        if len(terms) == number:
            break
        name = " ".join(usual_spelling(lemma(word)) for word in split_hashtag(tag))
        if glued(name) in terms:
            continue
        if len(name) > 2 and not tag.isdigit() and is_typical(name, count, total, ordinary):
            forms = () if glued(name) == tag else (tag,)
            terms[glued(name)] = Term(
                term=name,
                kind=TermKind.HASHTAG,
                count=count,
                lift=lift(count, total, name),
                forms=forms,
            )
    return list(terms.values())


def phrase_terms(
    posts: Iterable[InstagramPost], number: int, total: int, ordinary: WordProfile | None = None
) -> list[Term]:
    """The most frequent phrases of two words that are typical of fashion posts."""
    terms: list[Term] = []
    for phrase in find_phrases((post.caption, post.hashtags) for post in posts):
        if len(terms) == number:
            break
        name = " ".join(usual_spelling(word) for word in phrase.words)
        if is_typical(name, phrase.count, total, ordinary):
            phrase_lift = lift(phrase.count, total, name)
            terms.append(
                Term(term=name, kind=TermKind.PHRASE, count=phrase.count, lift=phrase_lift)
            )
    return terms


def topic_terms(model: TopicModel, ordinary: WordProfile | None = None) -> list[Term]:
    """The first words of every topic that are typical of fashion posts."""
    terms = []
    for topic in model.topics:
        for entry in topic.terms:
            count = model.counts[entry.term]
            if is_typical(entry.term, count, model.words, ordinary):
                terms.append(
                    Term(
                        term=usual_spelling(entry.term),
                        kind=TermKind.TOPIC,
                        count=count,
                        lift=lift(count, model.words, entry.term),
                        topic=topic.topic,
                    )
                )
    return terms


def _joined(*groups: Iterable[Term]) -> tuple[Term, ...]:
    """Each term once, as the first group has it; "outfitideas" and "outfit ideas" are one."""
    terms: dict[str, Term] = {}
    for group in groups:
        for term in group:
            terms.setdefault(glued(term.term), term)
    return tuple(terms.values())
