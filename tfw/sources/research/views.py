"""The collection plan as a table for people."""

import pandas as pd

from tfw.sources.research.query import VideoQuery
from tfw.sources.research.windows import WindowBook
from tfw.store import Store

COLUMNS = {
    "start_date": "from",
    "end_date": "to",
    "state": "state",
    "pages": "pages",
    "asked": "rows asked",
    "delivered": "rows delivered",
    "over_matched": "over-matched",
    "reason": "reason",
}


def windows_table(store: Store, query: VideoQuery) -> pd.DataFrame:
    """The windows of a query, a row each, oldest first.

    Rows asked are candidates the API counted; rows delivered are fewer, because deleted and
    private videos are left out. Over-matched rows hold a keyword only inside another word.
    """
    rows = [
        {name: window.get(name) for name in COLUMNS} for window in WindowBook(store, query).all()
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).rename(columns=COLUMNS)
    return table.sort_values("from", ignore_index=True).fillna({"reason": ""})
