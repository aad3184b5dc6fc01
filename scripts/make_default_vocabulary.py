"""Make tfw/data/default_vocabulary.json from tfw/data/fashion_words.yaml and the brands below.

    python scripts/make_default_vocabulary.py            write the file
    python scripts/make_default_vocabulary.py --print    print it instead
    python scripts/make_default_vocabulary.py --suggest  print further candidates

A suggestion is a common English word that the offline model finds nearer to the listed words
than to the ordinary subjects it contrasts them with. A person decides which ones enter the list.
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

import yaml
from wordfreq import top_n_list

from tfw.relevance.text import general_frequency, lemma
from tfw.relevance.vocabulary import Term, TermKind, Vocabulary, brand_term

DATA = Path(__file__).resolve().parent.parent / "tfw" / "data"
SOURCE = "everyday fashion words of the project, and the brands of doi:10.7910/DVN/K7AW6F"
# The 48 brands of the Instagram data set (Ha, Kwon, Cha and Joo 2017).
BRANDS = """
abercrombie acnestudios alexandermcqueen alexanderwang americanapparel americaneagle brioni
brunellocucinelli burberry calvinklein cartier cesareattolini chanel coach dvf ermenegildozegna
fabianafilippi forever21 gap gucci hermes hollister iro isabelmarant jcrew katespade kiton
loropiana louisvuitton maisonmargiela mango marcbymarcjacobs marcjacobs michaelkors nancygonzalez
paulsmith prada rebeccaminkoff sandro stellamccartney theory tiffany topshop uniqlo
urbanoutfitters vince viviennewestwood zara
"""


def words() -> dict[str, TermKind]:
    """All terms of the list with their kinds."""
    listed = yaml.safe_load((DATA / "fashion_words.yaml").read_text("utf-8"))
    terms: dict[str, TermKind] = {}
    for groups in listed.values():
        for group, text in groups.items():
            kind = TermKind.BRAND if group == "brands" else TermKind.WORD
            for entry in text.split():
                terms.setdefault(entry.replace("-", " "), kind)
    return terms


def make() -> Vocabulary:
    """The default vocabulary."""
    listed = words() | dict.fromkeys(BRANDS.split(), TermKind.BRAND)
    terms = [
        brand_term(term) if kind is TermKind.BRAND else Term(term=term, kind=kind)
        for term, kind in sorted(listed.items())
        if len(term) > 1 and (lemma(term) == term or lemma(term) not in listed)
    ]
    return Vocabulary(
        name="default",
        source=SOURCE,
        created_at=datetime(2026, 11, 1, tzinfo=UTC),
        parameters={"languages": len(yaml.safe_load((DATA / "fashion_words.yaml").read_text()))},
        terms=tuple(terms),
    )


def suggest(count: int = 200) -> list[str]:
    """Common English words that look like fashion words and are not listed."""
    from tfw.relevance.models import load_model

    listed = words()
    common = [w for w in top_n_list("en", 30_000) if w.isalpha() and len(w) > 2]
    new = [w for w in common if lemma(w) == w and w not in listed]
    scores = load_model().score(new, ["clothes, shoes and fashion"])[:, 0]
    return [new[i] for i in scores.argsort()[::-1][:count] if general_frequency(new[i]) < 1e-4]


def main() -> None:
    """Write the vocabulary, or print suggestions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suggest", action="store_true", help="print further candidates")
    parser.add_argument("--print", action="store_true", help="print instead of writing")
    options = parser.parse_args()
    if options.suggest:
        print(" ".join(suggest()))
        return
    vocabulary = make()
    text = vocabulary.model_dump_json(indent=1, exclude_defaults=True) + "\n"
    if options.print:
        sys.stdout.buffer.write(text.encode())
        return
    target = DATA / "default_vocabulary.json"
    target.write_text(text, "utf-8")
    print(f"{target.name}: {len(vocabulary.terms)} terms, id {vocabulary.id}")


if __name__ == "__main__":
    main()
