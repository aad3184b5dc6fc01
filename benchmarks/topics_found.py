"""How many of 20 known topics are found in 10,000 short posts: ours against gensim's defaults.

Then the same for five seeds with how alike their topics are, and a refit with 10 % new posts.
"""

import random

from common import seconds
from gensim.corpora import Dictionary
from gensim.models import LdaModel
from wordfreq import top_n_list

from tfw.relevance.topic_names import name_topics, stability
from tfw.relevance.topics import TopicModel, learn_topics

POSTS = 10_000
TOPICS = 20
SEEDS = (1, 11, 21, 31, 41)
WORDS = 30


def planted(dice: random.Random, count: int = POSTS) -> tuple[list[set[str]], list[list[str]]]:
    """Twenty sets of words, and posts that mix words of one of them with common ones.

    As in captions, topics are unequally popular and common words follow Zipf's law.
    """
    words = [word for word in top_n_list("en", 4_000)[800:] if len(word) > 3]
    dice.shuffle(words)
    topics = [set(words[i * WORDS : (i + 1) * WORDS]) for i in range(TOPICS)]
    common = words[TOPICS * WORDS :][:300]
    lists = [sorted(topic) for topic in topics]
    popular = [1 / (rank + 2) for rank in range(TOPICS)]
    own_weights = [1 / (rank + 3) for rank in range(WORDS)]
    common_weights = [1 / (rank + 2) for rank in range(len(common))]
    posts = []
    for _ in range(count):
        (topic,) = dice.choices(lists, popular)
        own = dice.choices(topic, own_weights, k=dice.randint(3, 8))
        posts.append(own + dice.choices(common, common_weights, k=dice.randint(3, 8)))
    return topics, posts


def found(topics: list[set[str]], learnt: list[list[str]]) -> int:
    """Topics of which some learnt topic has at least six words among its first ten."""
    return sum(any(len(topic & set(terms[:10])) >= 6 for terms in learnt) for topic in topics)


def top_terms(model: TopicModel) -> list[list[str]]:
    """The first terms of each topic."""
    return [[entry.term for entry in topic.terms] for topic in model.topics]


def over_seeds(topics: list[set[str]], posts: list[list[str]]) -> TopicModel:
    """Learn with five seeds and print what each finds and how alike they are; the first one."""
    models = [
        learn_topics(posts, num_topics=TOPICS, words_per_topic=10, seed=seed, restarts=1)
        for seed in SEEDS
    ]
    counts = [found(topics, top_terms(model)) for model in models]
    print(f"five seeds: {counts} of {TOPICS} topics")
    print(f"stability over the seeds: {stability([model.topics for model in models]):.3f}")
    return models[0]


def after_refit(first: TopicModel, posts: list[list[str]]) -> None:
    """Learn again with a tenth more posts and print what keeps its name."""
    again = learn_topics(posts, num_topics=TOPICS, words_per_topic=10, seed=2, restarts=1)
    print(f"refit with 10 % new posts: {name_topics(again.topics, first.topics)[1]}")


if __name__ == "__main__":
    topics, more_posts = planted(random.Random(1), POSTS + POSTS // 10)
    posts = more_posts[:POSTS]
    ours: list[list[str]] = []
    naive: list[list[str]] = []

    def learn_ours() -> None:
        """The project's way: large chunks, and the most coherent of five starts."""
        model = learn_topics(posts, num_topics=TOPICS, words_per_topic=10)
        ours.extend([entry.term for entry in topic.terms] for topic in model.topics)

    def learn_naive() -> None:
        """Topics with gensim as it comes."""
        dictionary = Dictionary(posts)
        bags = [dictionary.doc2bow(post) for post in posts]
        model = LdaModel(bags, id2word=dictionary, num_topics=TOPICS, random_state=1)
        naive.extend([term for term, _ in model.show_topic(t, 10)] for t in range(TOPICS))

    took, took_naive = seconds(learn_ours), seconds(learn_naive)
    print(f"ours: {found(topics, ours)} of {TOPICS} topics in {took:.0f} s")
    print(f"gensim's defaults: {found(topics, naive)} of {TOPICS} topics in {took_naive:.0f} s")
    after_refit(over_seeds(topics, posts), more_posts)
