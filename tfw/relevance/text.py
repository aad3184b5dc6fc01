"""Captions as words: tokens with their places, hashtags split into words, lemmas.

Word frequencies of general English come from `wordfreq` (Speer 2022, version 3.1), lemmas and
the test for English words from `simplemma` (Barbaresi). Both ship their data, so nothing is
downloaded.
"""

import math
import re
from collections.abc import Iterable
from functools import lru_cache

import simplemma
from gensim.parsing.preprocessing import STOPWORDS
from wordfreq import get_frequency_dict, word_frequency

# Hashtags that ask for reach or speak of the platform, and say nothing about the content.
_PLATFORM_HASHTAGS = """
fyp fypシ fypシ゚viral fypage fypp fyppp fy foru foryou foryoupage foryourpage foryour fürdich
parati paratii pourtoi pourtoipage perte neiperte neiperteee keşfet kesfet keşfetteyiz
kesfetteyiz viral virall viralvideo viraltiktok goviral trending trend tiktok tiktokviral
capcut xyzcba xyz xybca blowthisup blowup explore explorepage duet stitch greenscreen feed
reels instagood instadaily instagram insta photooftheday picoftheday follow followme
followforfollow follow4follow like likeforlike like4like likes likeforlikes l4l f4f tbt repost
regram instalike igers instamood link bio linkinbio photo pic
"""
PLATFORM_HASHTAGS = frozenset(_PLATFORM_HASHTAGS.split())

OWN_LEMMAS = frozenset(["bespoke", "parka", "shorts", "tights", "braces", "pumps", "flats"])

TOKEN = re.compile(r"#?[^\W_]+(?:['’][^\W_]+)*")
URL = re.compile(r"https?://\S+|www\.\S+")
MENTION = re.compile(r"(?<![\w.])@[\w.]+")
LONGEST_WORD = 20
SHORTEST_CORPUS_WORD = 3
# A hashtag longer than this is a sentence or spam; splitting it costs time and tells nothing.
LONGEST_SPLIT = 60
# Log probability of an unknown word, for each letter and twice on top: an unknown piece must cost
# more than the rarest known words, or names would be cut into crumbs. WORD_COST favours few words.
UNKNOWN = -6.0
WORD_COST = 1.0
# Log shares of a common word, and of one that is rarer than any real word need be.
COMMON = math.log(1e-5)
RARE = math.log(1e-7)


def lower(text: str) -> str:
    """The text in lower case with every character in its old place, so that spans hold."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(_lower_one(c) for c in text)


def _lower_one(character: str) -> str:
    small = character.lower()
    return small if len(small) == 1 else small[0]


@lru_cache(maxsize=200_000)
def lemma(word: str) -> str:
    """The dictionary form of an English word in lower case; other words as they are.

    Some words of fashion stay as they are, because the dictionary takes them for forms of words
    that have nothing to do with clothes (bespoke: bespeak, parka: park).

    >>> lemma("dresses"), lemma("worn"), lemma("zara")
    ('dress', 'wear', 'zara')
    """
    if word in OWN_LEMMAS or not word.isascii():
        return word
    return str(simplemma.lemmatize(word, lang="en")).lower()


@lru_cache(maxsize=200_000)
def is_english(word: str) -> bool:
    """Whether the dictionary of English forms knows the word."""
    return word.isascii() and bool(simplemma.is_known(word, lang="en"))


def general_frequency(term: str) -> float:
    """How often a term stands in general English, as a share of all words (0 if unknown)."""
    return float(word_frequency(term, "en", wordlist="best"))


@lru_cache(maxsize=1)
def _log_frequencies() -> dict[str, float]:
    """Log shares of English words; single letters other than "a" and "i" are not words."""
    shares = get_frequency_dict("en", "best")
    return {word: math.log(f) for word, f in shares.items() if len(word) > 1 or word in "ai"}


@lru_cache(maxsize=200_000)
def split_hashtag(tag: str) -> tuple[str, ...]:
    """The words a hashtag is made of, most probable reading first and only.

    The reading maximises the product of the words' frequencies in general English (a unigram
    model with Viterbi search; Norvig 2009, "Natural Language Corpus Data"). Digits and other
    scripts stay in one piece.

    >>> split_hashtag("outfitideas"), split_hashtag("ootd"), split_hashtag("cleangirlaesthetic")
    (('outfit', 'ideas'), ('ootd',), ('clean', 'girl', 'aesthetic'))
    """
    words: list[str] = []
    for piece in re.findall(r"[^\W\d_]+|\d+", lower(tag)):
        words.extend(_segment(piece) if piece.isascii() and piece.isalpha() else [piece])
    return tuple(words)


def _segment(letters: str) -> list[str]:
    if len(letters) < 4 or len(letters) > LONGEST_SPLIT:
        return [letters]
    known = _log_frequencies()
    # Of each prefix: the best score, the start of its last word, and the same for readings that
    # end in an unknown piece, which grow by a letter at a time.
    best, start = [0.0], [0]
    unknown, unknown_start = -math.inf, 0
    for end in range(1, len(letters) + 1):
        if (fresh := best[end - 1] + 2 * UNKNOWN) > unknown:
            unknown, unknown_start = fresh, end - 1
        unknown += UNKNOWN
        score, begin_of_best = unknown, unknown_start
        for begin in range(max(0, end - LONGEST_WORD), end):
            share = known.get(letters[begin:end])
            if share is not None and best[begin] + share > score:
                score, begin_of_best = best[begin] + share, begin
        best.append(score - WORD_COST)
        start.append(begin_of_best)
    words = _walk_back(letters, start)
    return [part for word in words for part in _unglued(word)]


def _unglued(word: str) -> tuple[str, ...]:
    """Two common words that the frequency list has as one because people write them as hashtags."""
    known = _log_frequencies()
    short = len(word) < 2 * SHORTEST_CORPUS_WORD
    if short or is_english(word) or known.get(word, -math.inf) > RARE:
        return (word,)
    cuts = range(SHORTEST_CORPUS_WORD, len(word) - SHORTEST_CORPUS_WORD + 1)
    pairs = [(word[:cut], word[cut:]) for cut in cuts]
    common = [p for p in pairs if min(known.get(part, UNKNOWN * 9) for part in p) > COMMON]
    common = [pair for pair in common if all(map(is_english, pair))]
    return max(common, key=lambda p: known[p[0]] + known[p[1]], default=(word,))


def _walk_back(letters: str, start: list[int]) -> list[str]:
    words, end = [], len(letters)
    while end:
        words.append(letters[start[end] : end])
        end = start[end]
    return words[::-1]


def readable(text: str, hashtags: Iterable[str] = ()) -> str:
    """A caption as a language model should read it.

    Addresses, mentions and platform hashtags are taken out, hashtags become words, and hashtags
    that stand beside the text are added to it.

    >>> readable("New in! @shop #outfitideas #fyp", ["outfitideas", "denim"])
    'New in! outfit ideas denim'
    """
    written = {match.group().lower() for match in re.finditer(r"#[^\s#]+", text)}
    beside = " ".join(f"#{tag}" for tag in hashtags if f"#{tag}" not in written)
    plain = MENTION.sub(" ", URL.sub(" ", f"{text} {beside}"))
    opened = re.sub(r"[#＃]([^\s#＃]+)", lambda match: _open_hashtag(match.group(1)), plain)
    return " ".join(opened.split())


def _open_hashtag(tag: str) -> str:
    if tag.lower() in PLATFORM_HASHTAGS:
        return " "
    return f" {' '.join(split_hashtag(tag))} "


def corpus_words(text: str, hashtags: Iterable[str] = ()) -> list[str]:
    """The words of a post that a topic model learns from.

    English lemmas of three letters or more without stop words; hashtags count with the words
    they are made of, platform hashtags do not count.

    >>> corpus_words("The dresses I wore", ["outfitideas", "fyp"])
    ['dress', 'wear', 'outfit', 'idea']
    """
    tokens, beside = _tokens(text, hashtags)
    words = [match.group() for match in tokens] + beside
    return [word for token in words for word in _corpus_words_of(token)]


def word_runs(text: str, hashtags: Iterable[str] = ()) -> list[list[str]]:
    """The corpus words of a post in runs: words that stand side by side, and each hashtag.

    >>> word_runs("Silver boots, velvet dress #streetstyle")
    [['silver', 'boot'], ['velvet', 'dress'], ['street', 'style']]
    """
    tokens, beside = _tokens(text, hashtags)
    runs: list[list[str]] = []
    last_end, joins = -1, False
    for match in tokens:
        token = match.group()
        words = list(_corpus_words_of(token))
        if joins and words and token[0] != "#" and match.start() == last_end + 1:
            runs[-1] += words
        elif words:
            runs.append(words)
        last_end, joins = match.end(), bool(words) and token[0] != "#"
    return runs + [list(tag) for token in beside if (tag := _corpus_words_of(token))]


def _tokens(text: str, hashtags: Iterable[str]) -> tuple[list[re.Match[str]], list[str]]:
    """The tokens of a text with their places, and the hashtags that stand only beside it."""
    plain = MENTION.sub(" ", URL.sub(" ", lower(text)))
    tokens = list(TOKEN.finditer(plain))
    written = {match.group() for match in tokens}
    return tokens, [f"#{tag}" for tag in hashtags if f"#{tag}" not in written]


@lru_cache(maxsize=200_000)
def _corpus_words_of(token: str) -> tuple[str, ...]:
    """Cached by token, because captions repeat the same few thousand words and hashtags."""
    if token.startswith("#"):
        if token[1:] in PLATFORM_HASHTAGS:
            return ()
        parts = split_hashtag(token)
    else:
        parts = (re.sub("['’].*", "", token),)
    return tuple(lemma(part) for part in parts if _belongs_to_corpus(part))


def _belongs_to_corpus(word: str) -> bool:
    if len(word) < SHORTEST_CORPUS_WORD or not is_english(word):
        return False
    base = lemma(word)
    return len(base) >= SHORTEST_CORPUS_WORD and word not in STOPWORDS and base not in STOPWORDS
