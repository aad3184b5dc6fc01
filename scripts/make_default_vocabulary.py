"""Make tfw/data/default_vocabulary.json from fashion_words.yaml and brands.yaml beside it.

    python scripts/make_default_vocabulary.py            write the file
    python scripts/make_default_vocabulary.py --print    print it instead
    python scripts/make_default_vocabulary.py --suggest  print further candidates

Forms of one word in one language (vestido, vestidos) become one term, by the lemmas of
`simplemma`. A suggestion is a common English word that the offline model finds nearer to the
listed words than to the ordinary subjects it contrasts them with. A person decides which ones
enter the list.
"""

import argparse
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import simplemma
import yaml
from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES
from wordfreq import top_n_list

from tfw.relevance.brands import brand_term, brands, glued
from tfw.relevance.spelling import usual_spelling
from tfw.relevance.text import general_frequency, lemma
from tfw.relevance.vocabulary import Term, TermKind, Vocabulary

DATA = Path(__file__).resolve().parent.parent / "tfw" / "data"
SOURCE = "everyday fashion words and brands of the project, with those of doi:10.7910/DVN/K7AW6F"


def lists() -> dict[str, dict[str, Any]]:
    """The word lists by language and group."""
    return dict(yaml.safe_load((DATA / "fashion_words.yaml").read_text("utf-8")))


def sure_terms(listed: Mapping[str, Mapping[str, Any]]) -> dict[str, Term]:
    """The terms that need no context, each with its forms."""
    forms: dict[str, set[str]] = {}
    base_of: dict[str, str] = {}
    for language, groups in listed.items():
        texts = [text for text in groups.values() if isinstance(text, str)]
        words = [entry.replace("-", " ") for text in texts for entry in text.split()]
        for word in words:
            if lemma(word) in forms:
                continue  # an English word that others use (outfits)
            base = base_of.get(glued(word)) or base_form(word, language, frozenset(words))
            base = base_of.setdefault(glued(base), base)
            forms.setdefault(base, set()).add(word)
            base_of[glued(word)] = base
    return {
        base: Term(term=base, kind=TermKind.WORD, forms=tuple(sorted(found - {base})))
        for base, found in forms.items()
        if len(base) > 1
    }


def base_form(word: str, language: str, listed: frozenset[str]) -> str:
    """The listed word of which this one is a form; the word itself when there is none."""
    if language == "en":
        options = [lemma(usual_spelling(word)), usual_spelling(word)]
    else:
        known = language in SUPPORTED_LANGUAGES
        options = [simplemma.lemmatize(word, lang=language).lower()] if known else []
    return next((base for base in options if base in listed), word)


def make() -> Vocabulary:
    """The default vocabulary."""
    listed = lists()
    terms = sure_terms(listed)
    doubtful = {
        word.replace("-", " "): tuple((other or "").split())
        for word, other in listed["en"]["doubtful"].items()
    }
    terms |= {
        word: Term(term=word, kind=TermKind.WORD, doubtful=(word,), other=other)
        for word, other in doubtful.items()
    }
    terms |= {name: brand_term(name) for name in brands()}
    return Vocabulary(
        name="default",
        source=SOURCE,
        created_at=datetime(2026, 11, 1, tzinfo=UTC),
        parameters={"languages": len(listed)},
        terms=tuple(terms[term] for term in sorted(terms)),
    )


def suggest(count: int = 200) -> list[str]:
    """Common English words that look like fashion words and are not listed."""
    from tfw.relevance.models import load_model

    listed = sure_terms(lists())
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
