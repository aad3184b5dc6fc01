"""Topics of short posts with latent Dirichlet allocation (Blei, Ng and Jordan 2003).

gensim's online variational Bayes (Hoffman, Blei and Bach 2010) updates the topics once for every
chunk of documents. Its defaults (2,000 documents a chunk, one pass) find a third of the topics
that are known to be in caption-like posts; large chunks, and a start from non-negative factors of
the documents (:mod:`tfw.relevance.topic_start`) find most (benchmarks/topics_found.py).
"""

import hashlib
import json
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from gensim.corpora import Dictionary
from gensim.models import CoherenceModel, LdaModel
from tqdm.auto import tqdm

from tfw.errors import InputError
from tfw.relevance.topic_names import Topic, TopicTerm, name_topics, stability
from tfw.relevance.topic_start import factor_topics

logger = logging.getLogger(__name__)

CHUNK = 10_000
PASSES = 12
START_WEIGHT = 0.1
# Words in fewer documents are misspellings and names; words in more than half tell nothing apart.
MIN_DOCUMENTS = 3
MAX_DOCUMENT_SHARE = 0.5
KEPT_WORDS = 20_000
# The page of topics shows 30 terms a topic; a larger vocabulary would only make it heavy.
SHOWN_WORDS = 2_000
COHERENCE_TERMS = 10


@dataclass(frozen=True)
class TopicModel:
    """Topics learnt from documents, with what is needed to look into them.

    ``coherence`` is the mean normalised pointwise mutual information of the first ten terms of
    each topic (c_npmi, -1 to 1; Röder, Both and Hinneburg 2015) over topics where it is defined.
    ``stability`` is how alike the topics of the random starts are (0 to 1, None for one start).
    """

    topics: tuple[Topic, ...]
    coherence: float | None
    stability: float | None
    seed: int
    documents: int
    words: int
    counts: dict[str, int] = field(repr=False)
    view: str = field(repr=False)


def learn_topics(
    documents: Sequence[Sequence[str]],
    *,
    num_topics: int = 10,
    words_per_topic: int = 20,
    seed: int = 1,
    restarts: int = 5,
    progress: bool = False,
) -> TopicModel:
    """The most coherent of several topic models over tokenised documents.

    The same documents, parameters and seed give the same topics.

    Raises:
        InputError: too few documents or words for that many topics.
    """
    check_numbers(documents, num_topics, words_per_topic, restarts)
    dictionary, bags = counted(documents, num_topics)
    starts = tqdm(range(seed, seed + restarts), desc="topic models", disable=not progress)
    tried = [learn_once(bags, dictionary, num_topics, start) for start in starts]
    best, per_topic, coherence = max(tried, key=lambda t: -math.inf if t[2] is None else t[2])
    logger.info("coherence of %d starts: %s", restarts, [t[2] for t in tried])
    weights = _document_topics(best, bags)
    return TopicModel(
        topics=name_topics(_describe(best, bags, weights, per_topic, words_per_topic))[0],
        coherence=coherence,
        stability=stability([first_terms(model, words_per_topic) for model, _, _ in tried]),
        seed=seed,
        documents=len(bags),
        words=int(sum(count for bag in bags for _, count in bag)),
        counts={dictionary[i]: int(n) for i, n in dictionary.cfs.items()},
        view=_view(best, bags, weights, dictionary),
    )


def check_numbers(
    documents: Sequence[Sequence[str]], num_topics: int, words_per_topic: int, restarts: int
) -> None:
    """Refuse numbers that no model can be learnt with.

    Raises:
        InputError: with what would be valid.
    """
    if num_topics < 2 or words_per_topic < 1 or restarts < 1:
        raise InputError(
            f"num_topics={num_topics}, words_per_topic={words_per_topic}, restarts={restarts}: "
            "valid are at least 2 topics, 1 word and 1 start."
        )
    if len(documents) < num_topics:
        raise InputError(
            f"{len(documents)} documents are too few for {num_topics} topics; give at least as "
            "many documents as topics, better a few hundred."
        )


Bag = list[tuple[int, int]]
Matrix = npt.NDArray[np.float64]


def corpus_id(documents: Sequence[Sequence[str]]) -> str:
    """A name of the content of documents, such as ``cor_1f0c2a77b3d9``."""
    content = hashlib.blake2b(digest_size=6)
    for document in documents:
        content.update("\x1f".join(document).encode() + b"\n")
    return f"cor_{content.hexdigest()}"


def counted(documents: Sequence[Sequence[str]], num_topics: int) -> tuple[Dictionary, list[Bag]]:
    """The words that can tell topics apart, and how often each document has them.

    Raises:
        InputError: too few words for that many topics.
    """
    dictionary = Dictionary(documents)
    dictionary.filter_extremes(MIN_DOCUMENTS, MAX_DOCUMENT_SHARE, KEPT_WORDS)
    if len(dictionary) < max(num_topics, COHERENCE_TERMS):
        raise InputError(
            f"Only {len(dictionary)} words stand in at least {MIN_DOCUMENTS} of the "
            f"{len(documents)} documents: too few for {num_topics} topics. Give more posts or ask "
            "for fewer topics."
        )
    return dictionary, [bag for document in documents if (bag := dictionary.doc2bow(document))]


def learn_once(
    bags: list[Bag], dictionary: Dictionary, num_topics: int, seed: int
) -> tuple[LdaModel, list[float | None], float | None]:
    """A model from one start, the coherence of each of its topics, and the mean of those."""
    model = LdaModel(
        id2word=dictionary,
        num_topics=num_topics,
        chunksize=CHUNK,
        passes=PASSES,
        alpha="symmetric",
        eta="auto",
        random_state=seed,
        eval_every=None,
    )
    # Started from factors of the documents, as sure as if a tenth of all words had been seen.
    words = sum(count for bag in bags for _, count in bag)
    start = factor_topics(bags, len(dictionary), num_topics, seed)
    model.state.sstats = (start * (START_WEIGHT * words / num_topics)).astype(model.dtype)
    model.sync_state()
    model.update(bags)
    terms = [[term for term, _ in model.show_topic(t, COHERENCE_TERMS)] for t in range(num_topics)]
    texts = [[dictionary[i] for i, _ in bag] for bag in bags]
    measured = CoherenceModel(
        topics=terms, texts=texts, dictionary=dictionary, coherence="c_npmi", processes=1
    ).get_coherence_per_topic()
    # A pair of terms that never occurs together makes the measure undefined: reported as such.
    each = [float(value) if math.isfinite(value) else None for value in measured]
    known = [value for value in each if value is not None]
    return model, each, float(np.mean(known)) if known else None


def _document_topics(model: LdaModel, bags: list[Bag]) -> Matrix:
    gamma, _ = model.inference(bags)
    shares: Matrix = gamma / gamma.sum(axis=1, keepdims=True)
    return shares


def first_terms(model: LdaModel, words_per_topic: int) -> list[Topic]:
    """The topics of a model by their terms alone, to compare models."""
    return [
        Topic(
            topic=t,
            share=0.0,
            terms=tuple(_topic_term(e) for e in model.show_topic(t, words_per_topic)),
        )
        for t in range(model.num_topics)
    ]


def _topic_term(entry: tuple[str, float]) -> TopicTerm:
    return TopicTerm(term=str(entry[0]), weight=float(entry[1]))


def _describe(
    model: LdaModel,
    bags: list[Bag],
    weights: Matrix,
    coherence: list[float | None],
    words_per_topic: int,
) -> tuple[Topic, ...]:
    lengths = np.array([sum(count for _, count in bag) for bag in bags])
    shares = (weights * lengths[:, None]).sum(axis=0) / lengths.sum()
    order = np.argsort(-shares)
    return tuple(
        Topic(
            topic=rank,
            share=float(shares[t]),
            coherence=coherence[t],
            terms=tuple(_topic_term(e) for e in model.show_topic(int(t), words_per_topic)),
        )
        for rank, t in enumerate(order, start=1)
    )


def _view(model: LdaModel, bags: list[Bag], weights: Matrix, dictionary: Dictionary) -> str:
    """The data of the interactive page of topics (Sievert and Shirley 2014), as JSON."""
    import pyLDAvis

    frequency = np.zeros(len(dictionary))
    for word, count in dictionary.cfs.items():
        frequency[word] = count
    shown = np.sort(np.argsort(-frequency, kind="stable")[:SHOWN_WORDS])
    topic_terms = model.get_topics()[:, shown]
    prepared = pyLDAvis.prepare(
        topic_term_dists=topic_terms / topic_terms.sum(axis=1, keepdims=True),
        doc_topic_dists=weights,
        doc_lengths=[sum(count for _, count in bag) for bag in bags],
        vocab=[dictionary[int(i)] for i in shown],
        term_frequency=frequency[shown],
        lambda_step=0.05,
        n_jobs=1,
        sort_topics=True,
    )
    return json.dumps(json.loads(prepared.to_json()), ensure_ascii=False, separators=(",", ":"))
