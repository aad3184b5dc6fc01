"""The stand-in TikTok that a params file may ask for: it answers while the notebooks run."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import BaseModel, ConfigDict, Field


class StandIn(BaseModel):
    """The invented world of a params file's ``lab`` key."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    seed: int = 7
    posts: int = Field(default=400, ge=1, le=1_000_000)


@contextmanager
def stand_in(wanted: StandIn | None) -> Iterator[dict[str, str]]:
    """The environment by which notebooks find the lab; empty when none is wanted.

    The credentials in it are the lab's documented ones, so that a run against it never touches a
    researcher's own.
    """
    if wanted is None:
        yield {}
        return
    from tfw.lab.app import running_lab
    from tfw.lab.content import World
    from tfw.sources.research.client import URL_VARIABLE
    from tfw.sources.research.credentials import KEY_VARIABLE, SECRET_VARIABLE
    from tfw.sources.web.site import SITE_VARIABLE

    with running_lab(World(seed=wanted.seed, posts=wanted.posts)) as lab:
        yield {
            URL_VARIABLE: lab.url,
            SITE_VARIABLE: lab.url,
            KEY_VARIABLE: lab.client_key,
            SECRET_VARIABLE: lab.client_secret,
        }
