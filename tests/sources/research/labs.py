"""What the tests of the Research API part share: a lab, a client for it, a query, the truth."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from pydantic import SecretStr

from tfw.lab.app import RunningLab, running_lab
from tfw.lab.content import World
from tfw.lab.faults import Limits, Rules
from tfw.sources.research.client import ResearchClient
from tfw.sources.research.credentials import Credentials
from tfw.sources.research.pace import Pause
from tfw.sources.research.query import Condition, VideoQuery
from tfw.sources.research.quota import QuotaLedger
from tfw.store import Store

CREDENTIALS = Credentials(SecretStr("lab-key"), SecretStr("lab-secret"), "the test")
# So that a wait of a minute takes 60 ms.
SCALE = 0.001
QUICK = 10_000.0
MANY = 100_000


@contextmanager
def lab_with(posts: int = 200, *, days: int = 10, **options: Any) -> Iterator[RunningLab]:
    """A lab over a small world.

    ``faults`` may be the list alone; ``limits`` and ``rules`` are mappings. Without limits the
    day has as many requests as anybody needs.
    """
    faults = options.get("faults")
    if isinstance(faults, list):
        options["faults"] = {"faults": faults}
    options["limits"] = Limits(**{"normal": MANY, **options.get("limits", {})})
    options["rules"] = Rules(**options.get("rules", {}))
    world = World(seed=5, posts=posts, days=days, most_comments=options.pop("most_comments", 40))
    with running_lab(world, **options) as lab:
        yield lab


def client_for(
    lab: RunningLab,
    store: Store,
    *,
    limits: Mapping[Any, int] | None = None,
    waits: list[float] | None = None,
    **options: Any,
) -> ResearchClient:
    """A client of the lab; ``waits`` gathers the waits, which are shortened."""
    quota = QuotaLedger(store, CREDENTIALS.id, limits or {"general": MANY})
    pause = Pause(SCALE, waits.append if waits is not None else None)
    return ResearchClient(
        CREDENTIALS,
        quota=quota,
        base_url=lab.url,
        pause=pause,
        **{"requests_per_second": QUICK, **options},
    )


def whole_world(lab: RunningLab, **options: Any) -> VideoQuery:
    """A query that every post of the world matches."""
    world = lab.lab.world
    return VideoQuery(
        **{
            "not_": (Condition("EQ", "username", "nobody_at_all"),),
            "start_date": world.start.date(),
            "end_date": (world.end - timedelta(seconds=1)).date(),
            "name": "everything",
            **options,
        }
    )


def shown_ids(lab: RunningLab, start: date | None = None, end: date | None = None) -> set[str]:
    """The ids that the API shows of the world, as the lab itself knows them."""
    shelf = lab.lab.shelf
    return {
        post.id
        for post in lab.lab.world
        if shelf.is_shown(post)
        and (start is None or post.created_at.date() >= start)
        and (end is None or post.created_at.date() <= end)
    }


def stored_ids(store: Store) -> set[str]:
    """The ids of the stored posts."""
    return {post["_id"] for post in store.posts(projection={"_id": 1})}
