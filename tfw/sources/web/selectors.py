"""Where things stand on the page of a post, from one data file with a version."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tfw.errors import SettingsError

SELECTORS = Path(__file__).with_name("selectors.yaml")

Selectors = Annotated[tuple[str, ...], Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Roles(_Strict):
    """For each thing on the page its CSS selectors, the most trusted first."""

    text: Selectors
    replies: Selectors
    thread: Selectors
    author: Selectors
    identified: Selectors
    time: Selectors
    likes: Selectors
    more: Selectors
    opener: Selectors
    scroller: Selectors
    list: Selectors
    loading: Selectors
    empty: Selectors


class PageSelectors(_Strict):
    """The selectors of one version of the data file."""

    version: Annotated[str, Field(min_length=1)]
    layouts: dict[str, Selectors]
    roles: Roles

    def for_script(self) -> dict[str, object]:
        """What the harvesting script gets; layouts as pairs, whose order survives the way there."""
        return {"layouts": list(self.layouts.items()), "roles": self.roles.model_dump()}


@lru_cache(maxsize=4)
def load_selectors(path: Path = SELECTORS) -> PageSelectors:
    """The selectors of a data file, by default the one of this package.

    Raises:
        SettingsError: the file cannot be read, or a role is missing, misspelled or empty.
    """
    try:
        return PageSelectors.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise SettingsError(
            f"The selectors file {path} cannot be read: {error.strerror}."
        ) from error
    except yaml.YAMLError as error:
        raise SettingsError(f"The selectors file {path} is not YAML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise SettingsError(
            f"The selectors file {path}: {place}: {first['msg']}. A file has a version, layouts, "
            f"and the roles {', '.join(Roles.model_fields)}, each a list of CSS selectors."
        ) from error
