"""A vocabulary learnt from Instagram posts: brands, top hashtags and the words of topics."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from tqdm.auto import tqdm

from tfw.relevance.instagram import InstagramPost, read_instagram
from tfw.relevance.text import corpus_words, lemma, split_hashtag
from tfw.relevance.topics import TopicModel, learn_topics
from tfw.relevance.vocabulary import (
    Term,
    TermKind,
    Vocabulary,
    brand_term,
    default_vocabulary,
    is_typical,
    lift,
    now,
)


def learn_vocabulary(
    posts: Sequence[InstagramPost] | str | Path,
    *,
    num_topics: int = 10,
    words_per_topic: int = 20,
    num_hashtags: int = 50,
    seed: int = 1,
    restarts: int = 5,
    include_default_words: bool = False,
    name: str = "learnt from Instagram posts",
    progress: bool = False,
) -> Vocabulary:
    """The vocabulary of a set of Instagram posts.

    It has all brands, the ``num_hashtags`` most used hashtags, and the first ``words_per_topic``
    words of each topic; of hashtags and words only those that are typical of these posts and not
    of English at large (see :func:`tfw.relevance.vocabulary.is_typical`).

    Args:
        posts: posts, or the file of the data set.
        num_topics: topics of the model.
        words_per_topic: first words of each topic.
        num_hashtags: most used hashtags that enter.
        seed: first random start; the same seed gives the same vocabulary.
        restarts: random starts, of which the most coherent one is kept.
        include_default_words: also take the everyday fashion words of the default vocabulary.
        name: what the vocabulary is called in reports.
        progress: show bars while working.

    Raises:
        FileFormatError: the file is not the data set.
        InputError: too few posts for that many topics.
    """
    source = Path(posts).name if isinstance(posts, str | Path) else "posts given"
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
    return Vocabulary(
        name=name,
        source=source,
        created_at=now(),
        documents=len(documents),
        parameters={
            "num_topics": num_topics,
            "words_per_topic": words_per_topic,
            "num_hashtags": num_hashtags,
            "seed": seed,
            "restarts": restarts,
            "best_start": model.seed,
            "coherence": model.coherence,
            "include_default_words": include_default_words,
        },
        terms=_joined(
            brand_terms(posts), hashtag_terms(posts, num_hashtags), topic_terms(model), extra
        ),
        topics=model.topics,
        topic_view=model.view,
    )


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
    """The brands the posts were collected for."""
    counts = Counter(brand for post in posts for brand in post.brands)
    return [brand_term(brand, count) for brand, count in counts.most_common() if len(brand) > 1]


def hashtag_terms(posts: Iterable[InstagramPost], number: int) -> list[Term]:
    """The most used hashtags that are typical of fashion posts, most used first."""
    counts = Counter(tag for post in posts for tag in post.hashtags)
    total = sum(counts.values())
    terms: list[Term] = []
    for tag, count in counts.most_common():
        name = lemma(tag)
        if len(terms) == number:
            break
        tag_lift = lift(count, total, name)
        if len(name) > 2 and not tag.isdigit() and _is_typical_hashtag(tag, name, tag_lift):
            terms.append(Term(term=name, kind=TermKind.HASHTAG, count=count, lift=tag_lift))
    return terms


def _is_typical_hashtag(tag: str, name: str, tag_lift: float) -> bool:
    """A glued hashtag (bestofthe day) is typical when one of its words is."""
    words = split_hashtag(tag)
    if len(words) == 1:
        return is_typical(name, tag_lift)
    return is_typical(tag, tag_lift) and any(is_typical(lemma(w), tag_lift) for w in words)


def topic_terms(model: TopicModel) -> list[Term]:
    """The first words of every topic that are typical of fashion posts."""
    terms = []
    for topic in model.topics:
        for entry in topic.terms:
            count = model.counts[entry.term]
            word_lift = lift(count, model.words, entry.term)
            if is_typical(entry.term, word_lift):
                terms.append(
                    Term(
                        term=entry.term,
                        kind=TermKind.TOPIC,
                        count=count,
                        lift=word_lift,
                        topic=topic.topic,
                    )
                )
    return terms


def _joined(*groups: Iterable[Term]) -> tuple[Term, ...]:
    """Each term once, as the first group has it."""
    terms: dict[str, Term] = {}
    for group in groups:
        for term in group:
            terms.setdefault(term.term, term)
    return tuple(terms.values())
