"""Collecting the comments of posts: page after page, several posts at once, to be resumed.

A run of its own, apart from posts: a page of comments takes five seconds and every post costs at
least one request, so comments would eat the quota that posts need.
"""

from collections.abc import Sequence

from tqdm.auto import tqdm

from tfw.errors import InputError
from tfw.privacy import Pseudonymiser, open_pseudonymiser
from tfw.settings import load_settings
from tfw.sources.research.client import ResearchClient
from tfw.sources.research.comment_choice import choose_posts
from tfw.sources.research.crew import Crew
from tfw.sources.research.leases import Leases
from tfw.sources.research.thread_reader import CommentSummary, ThreadReader
from tfw.sources.research.threads import COLLECTION, ThreadBook
from tfw.store import Store

__all__ = ["CommentSummary", "collect_comments"]


def collect_comments(
    store: Store,
    client: ResearchClient,
    *,
    post_ids: Sequence[str] | None = None,
    max_posts_to_process: int = 0,
    replies: bool = False,
    workers: int = 8,
    max_requests: int | None = None,
    progress: bool = True,
    pseudonymiser: Pseudonymiser | None = None,
) -> CommentSummary:
    """The comments of posts in the store, as far as quota and cap allow.

    Args:
        store: where comments, posts and the ledger are.
        client: the Research API.
        post_ids: the posts; all stored ones that wait for comments if None. For lists in files
            see :func:`tfw.sources.research.ids.read_post_ids`.
        max_posts_to_process: posts to read at most; 0 for all.
        replies: whether to ask for the replies to each comment, at one request each at least.
        workers: posts that are read at the same time.
        max_requests: requests this run may make.
        progress: whether to show a bar.
        pseudonymiser: for @mentions in texts; the project's own if None.

    Raises:
        InputError: `max_posts_to_process` is negative.
        CredentialsError: TikTok refuses the client key or secret.
        EndpointClosed: these credentials may not read comments.
        StoreError: the database refuses.
        KeyboardInterrupt: the user interrupted; the next run goes on from there.
    """
    if max_posts_to_process < 0:
        raise InputError(f"max_posts_to_process is {max_posts_to_process}; give 0 for all posts.")
    run = client.for_run(max_requests)
    hide = pseudonymiser or open_pseudonymiser(load_settings())
    # Every post costs a request: those beyond the quota need not be looked for.
    reach = run.quota.remaining() if max_requests is None else max_requests
    most = min(max(1, reach), max_posts_to_process or max(1, reach))
    chosen = choose_posts(store, post_ids, most, replies)
    with (
        Leases(store.database[COLLECTION]) as leases,
        tqdm(total=len(chosen), desc="comments", unit="post", disable=not progress) as bar,
    ):
        book = ThreadBook(store, leases, replies)
        reader = ThreadReader(store, run, book, chosen, hide, replies, bar)
        paused = Crew(reader.take, reader.read, run.pause).run(workers)
    return reader.summary(paused)
