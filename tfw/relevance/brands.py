"""Fashion brands as entities: one term a brand, whatever its name is written like.

Names, aliases and the words that speak against a brand stand in ``tfw/data/brands.yaml``: the 48
brands of the Instagram data set (doi:10.7910/DVN/K7AW6F) and further ones.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

import yaml
from pydantic import Field, field_validator

from tfw.records import Record
from tfw.relevance.text import is_english
from tfw.relevance.vocabulary import Term, TermKind


class Brand(Record):
    """A brand: sure ways to write it, doubtful ones, and words of the other sense of those."""

    name: str
    group: Literal["instagram", "further"]
    aliases: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    other: tuple[str, ...] = Field(default=())

    @field_validator("other", mode="before")
    @classmethod
    def _words(cls, value: object) -> object:
        """Long lists are written as one text."""
        return tuple(value.split()) if isinstance(value, str) else value


@cache
def brands() -> Mapping[str, Brand]:
    """All known brands by name.

    >>> brands()["louisvuitton"].aliases[:2], brands()["gap"].doubtful
    (('louis vuitton', 'vuitton'), ('gap',))
    """
    text = resources.files("tfw.data").joinpath("brands.yaml").read_text("utf-8")
    return {
        name: Brand(name=name, group=group, **(entry or {}))
        for group, listed in yaml.safe_load(text).items()
        for name, entry in listed.items()
    }


@cache
def _by_form() -> Mapping[str, str]:
    """Sure names and aliases without blanks, with the brand they stand for."""
    return {
        glued(form): brand.name
        for brand in brands().values()
        for form in (brand.name, *brand.aliases)
    }


def glued(form: str) -> str:
    """A name as hashtags have it: without blanks, dots and hyphens."""
    return "".join(character for character in form if character.isalnum())


def brand_term(name: str, count: int = 0) -> Term:
    """A brand as a term with all its forms.

    A brand that is not listed and whose name is an English word is doubtful: it counts only in a
    context that speaks for the brand.

    >>> brand_term("Louis Vuitton").term, brand_term("coach").doubtful
    ('louisvuitton', ('coach',))
    """
    plain = name.strip().lower()
    brand = brands().get(_by_form().get(glued(plain), ""))
    if brand is None:
        doubtful = (plain,) if is_english(plain) else ()
        return Term(term=plain, kind=TermKind.BRAND, count=count, doubtful=doubtful)
    return Term(
        term=brand.name,
        kind=TermKind.BRAND,
        count=count,
        forms=brand.aliases,
        doubtful=brand.doubtful,
        other=brand.other,
    )
