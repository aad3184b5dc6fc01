"""What a run of the comment collector came to, in words."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tfw.records import CommentState
from tfw.store import WriteCounts

MOST_REASONS = 12
MOST_POSTS = 3


@dataclass(frozen=True)
class Miss:
    """A post of which not everything was read, and why; ``failed`` posts stay pending."""

    post_id: str
    state: str
    reason: str


@dataclass(frozen=True)
class ScrapeCommentsSummary:
    """What a run read: posts by the state of their comments, comments, and what was missed.

    ``reported`` is what the site's counters say of the posts that were read, hidden comments
    included; ``collected`` is what is stored of them. ``stopped`` says why the run ended before
    its posts did.
    """

    posts: dict[str, int]
    comments: WriteCounts
    reported: int
    collected: int
    misses: tuple[Miss, ...] = field(repr=False)
    pages: int
    browsers: int
    captchas: int
    captchas_solved: int
    seconds: float
    stopped: str | None = None

    @property
    def read(self) -> int:
        """The number of posts that have a state now."""
        return sum(self.posts.values())

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        if not (self.read or self.misses or self.stopped):
            yield "No post waits for its comments. Collect posts first, or name some by post_ids."
            return
        states = ", ".join(f"{self.posts[s]} {s}" for s in CommentState if s in self.posts)
        done = self.comments
        share = f" ({self.collected / self.reported:.1%})" if self.reported else ""
        yield f"Posts: {self.read:,} read: {states or 'none'}."
        yield (
            f"Comments: the site reports {self.reported:,}, {self.collected:,} are stored{share}; "
            f"{done.inserted:,} new, {done.updated:,} updated, {done.unchanged:,} as before."
        )
        yield (
            f"Browser: {self.pages:,} pages in {self.browsers} sessions, {self.seconds:,.0f} s; "
            f"{self.captchas} captchas, {self.captchas_solved} solved by a person."
        )
        yield from self._reasons()
        if self.stopped:
            yield f"Stopped: {self.stopped}"

    def _reasons(self) -> Iterator[str]:
        grouped = Counter((miss.state, miss.reason) for miss in self.misses)
        for (state, reason), count in grouped.most_common(MOST_REASONS):
            named = [m.post_id for m in self.misses if (m.state, m.reason) == (state, reason)]
            more = ", …" if count > MOST_POSTS else ""
            yield f"{count} {state}: {reason} ({', '.join(named[:MOST_POSTS])}{more})"
        if len(grouped) > MOST_REASONS:
            yield f"… and {len(grouped) - MOST_REASONS} more reasons, in the summary's `misses`."
