"""A process that collects a whole lab, for tests that kill it or run several.

Its arguments: the lab's address, first day, last day, workers, the day's limit, and `videos` or
`comments`. It prints its summary as JSON. Pages are small, so that there are many.
"""

import json
import sys
from datetime import date

from tests.sources.research.labs import CREDENTIALS, QUICK, SCALE
from tfw.sources.research.client import ResearchClient
from tfw.sources.research.collect import collect_videos
from tfw.sources.research.comments import collect_comments
from tfw.sources.research.pace import Pause
from tfw.sources.research.query import Condition, VideoQuery
from tfw.sources.research.quota import QuotaLedger
from tfw.store import open_store

PAGE_SIZE = 10


def main(url: str, start: str, end: str, workers: str, limit: str, what: str) -> None:
    query = VideoQuery(
        not_=(Condition("EQ", "username", "nobody_at_all"),),
        start_date=date.fromisoformat(start),
        end_date=date.fromisoformat(end),
        name="everything",
        max_count=PAGE_SIZE,
    )
    with open_store() as store:
        quota = QuotaLedger(store, CREDENTIALS.id, {"general": int(limit)})
        with ResearchClient(
            CREDENTIALS,
            quota=quota,
            base_url=url,
            requests_per_second=QUICK,
            pause=Pause(SCALE),
        ) as client:
            common = {"workers": int(workers), "progress": False}
            if what == "comments":
                summary = collect_comments(store, client, replies=True, **common)
            else:
                summary = collect_videos(store, query, client, window_days=2, **common)
    print(json.dumps({"requests": summary.requests, "paused": summary.paused}))


if __name__ == "__main__":
    main(*sys.argv[1:])
