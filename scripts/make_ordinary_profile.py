"""Make tfw/data/ordinary_words.tsv: how often posts of every subject use a word.

    python scripts/make_ordinary_profile.py vaderSentiment-3.3.2.tar.gz

Its two sources are the list tfw/data/ordinary_talk.yaml, written for this project, and the 4,200
tweets from the public timeline that come with the source package of `vaderSentiment` 3.3.2 on
PyPI (Hutto and Gilbert, ICWSM 2014; MIT licence). Only counts of words and of pairs that occur in
at least three tweets enter the file, no text. Fetch the package with
`pip download vaderSentiment==3.3.2 --no-deps --no-binary :all:`.
"""

import argparse
import html
import io
import tarfile
from collections import Counter
from pathlib import Path

import yaml

from tfw.relevance.contrast import WordProfile
from tfw.relevance.text import lemma

DATA = Path(__file__).resolve().parent.parent / "tfw" / "data"
INNER = "additional_resources/hutto_ICWSM_2014.tar.gz"
TWEETS = "hutto_ICWSM_2014/tweets_GroundTruth.txt"
MIN_TWEETS = 3
# Twice these shares is what a word of fashion would need; fashion itself is 2 % of such words.
RATES = {"often": 1 / 100, "sometimes": 1 / 400}


def tweets(package: Path) -> list[str]:
    """The tweets of the package."""
    with tarfile.open(package) as outer:
        inner = outer.extractfile(f"{package.name.removesuffix('.tar.gz')}/{INNER}")
        if inner is None:
            raise SystemExit(f"{package.name} has no {INNER}")
        with tarfile.open(fileobj=io.BytesIO(inner.read())) as archive:
            file = archive.extractfile(TWEETS)
            lines = file.read().decode("utf-8", "replace").splitlines() if file else []
    return [html.unescape(line.split("\t", 2)[2]) for line in lines if line.count("\t") >= 2]


def make(package: Path) -> WordProfile:
    """Counts of the tweets, raised to the rates of the written list."""
    texts = tweets(package)
    profile = WordProfile.of_texts(texts, source="tweets of vaderSentiment 3.3.2", least=MIN_TWEETS)
    counts = Counter(profile.counts)
    listed = yaml.safe_load((DATA / "ordinary_talk.yaml").read_text("utf-8"))
    for group, words in listed.items():
        expected = round(RATES[group] * profile.total)
        for entry in words.split():
            word = " ".join(lemma(part) for part in entry.split("-"))
            counts[word] = max(counts[word], expected)
    return WordProfile(source=profile.source, total=profile.total, counts=dict(counts))


def main() -> None:
    """Write the profile."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path, help="the source package of vaderSentiment")
    profile = make(parser.parse_args().package)
    target = DATA / "ordinary_words.tsv"
    target.write_text(profile.as_table(), "utf-8")
    print(f"{target.name}: {len(profile.counts)} terms of {profile.total} words")


if __name__ == "__main__":
    main()
