"""Terms with their spans in 100,000 captions, against `in` for each term.

Aliases of brands and the context rules of doubtful forms are part of what is timed.
"""

from common import captions, peak_megabytes, report, seconds

from tfw.relevance.matching import Matcher
from tfw.relevance.vocabulary import default_vocabulary

COUNT = 100_000
NAIVE = 2_000


def match_all(count: int) -> int:
    """Match so many captions; returns the number of hits."""
    matcher = Matcher(default_vocabulary())
    return sum(len(matcher.find(text)) for text in captions(count))


if __name__ == "__main__":
    texts = captions(COUNT)
    matcher = Matcher(default_vocabulary())
    terms = [term.term for term in default_vocabulary().terms]
    # Hits are counted and let go, as scoring does; keeping a million tuples would time the
    # garbage collector.
    ours = seconds(lambda: sum(len(matcher.find(text)) for text in texts))
    naive = seconds(
        lambda: sum(sum(term in text.lower() for term in terms) for text in texts[:NAIVE])
    )
    report(f"matching {len(terms)} terms", ours, naive, COUNT, "posts", NAIVE)
    again = seconds(lambda: sum(len(matcher.find(text)) for text in texts))
    report("the same captions again", again, naive, COUNT, "posts", NAIVE)
    counted = seconds(lambda: sum(matcher.count(text) for text in texts))
    report("numbers of terms only", counted, naive, COUNT, "posts", NAIVE)
    small, large = peak_megabytes(match_all, 10_000), peak_megabytes(match_all, 100_000)
    print(f"memory: {small:.0f} MB for 10,000 captions, {large:.0f} MB for 100,000")
