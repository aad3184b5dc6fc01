"""Words of 24,752 captions for the topic model: cached by token, against one word at a time.

The naive way is what most tutorials show: every word of every caption goes through the
dictionary and the lemmatiser again, as with NLTK's WordNetLemmatizer.
"""

import simplemma
from common import captions, report, seconds
from gensim.parsing.preprocessing import STOPWORDS

from tfw.relevance.text import TOKEN, corpus_words, split_hashtag

COUNT = 24_752
NAIVE = 1_000


def word_by_word(caption: str) -> list[str]:
    """The same words without any memory of words seen before."""
    split_hashtag.cache_clear()
    words = []
    for token in TOKEN.findall(caption.lower()):
        for word in split_hashtag(token) if token.startswith("#") else [token]:
            if len(word) > 2 and word not in STOPWORDS and simplemma.is_known(word, lang="en"):
                words.append(simplemma.lemmatize(word, lang="en"))
    return words


if __name__ == "__main__":
    texts = captions(COUNT)
    corpus_words("load the dictionaries")
    word_by_word("load the dictionaries")
    ours = seconds(lambda: [corpus_words(text) for text in texts])
    naive = seconds(lambda: [word_by_word(text) for text in texts[:NAIVE]])
    report("text preparation", ours, naive, COUNT, "captions", NAIVE)
