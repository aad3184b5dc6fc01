"""What goes into a report: which posts, which sections, which files, and how people are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, time, timedelta
from typing import Any

from tfw.errors import ParameterError
from tfw.privacy import PrivacyLevel
from tfw.report.figures import BEST_POSTS

TITLE = "Fashion on TikTok"
SECTIONS = {
    "collected": "What was collected",
    "verdict": "Fashion or not",
    "talk": "Hashtags, brands and terms",
    "topics": "Topics",
    "best": "Best posts",
    "threshold": "Near the threshold",
    "quality": "How good the verdicts are",
    "missing": "What is missing, and why",
    "methods": "Methods",
}
# A report without them could not be judged by its reader.
ALWAYS = ("missing", "methods")
SCOPES = {
    "all": "all posts of the database",
    "run": "posts that this run collected, read comments of, or scored",
    "new": "posts that this run collected for the first time",
}
EXPORTS = {
    "4cat": "the posts under 4CAT's column names",
    "ids": "the post ids alone, for sharing",
}
ALL_SECTIONS, ALL_EXPORTS = tuple(SECTIONS), tuple(EXPORTS)
Query = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ReportChoice:
    """What goes into a report.

    Attributes:
        title: the heading of the page.
        sections: those of :data:`SECTIONS` to show, all where none is named; what is missing and
            the methods always are.
        privacy: how authors and @mentions are shown: pseudonymise, redact, keep.
        reason: why names are shown; needed for ``keep``, logged and written on the page.
        best_posts: how many posts the table of the best has.
        scope: one of :data:`SCOPES`: cumulative (``all``), or of one run (``run``, ``new``).
        since: the first day of posting, as 2026-11-01 (UTC); empty for no limit.
        until: the last day of posting, inclusive; empty for no limit.
        sources: where posts came from, such as research-api; none means all.
        queries: the names of the queries that found them; none means all.
        exports: those of :data:`EXPORTS` to write beside posts.csv and posts.parquet.
        compare_with: another run to compare with, by its id, or ``previous``; empty for none.

    Raises:
        ParameterError: a value that cannot be used, with what would be valid.
    """

    title: str = TITLE
    sections: tuple[str, ...] = ALL_SECTIONS
    privacy: str = PrivacyLevel.PSEUDONYMISE.value
    reason: str = ""
    best_posts: int = BEST_POSTS
    scope: str = "all"
    since: str = ""
    until: str = ""
    sources: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    exports: tuple[str, ...] = ALL_EXPORTS
    compare_with: str = ""

    def __post_init__(self) -> None:
        for name in ("sections", "sources", "queries", "exports"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        _refuse_others("sections", self.sections, SECTIONS)
        _refuse_others("exports", self.exports, EXPORTS)
        _refuse_others("scope", (self.scope,), SCOPES)
        _refuse_others("privacy", (self.privacy,), [level.value for level in PrivacyLevel])
        shown = {*(self.sections or ALL_SECTIONS), *ALWAYS}
        object.__setattr__(self, "sections", tuple(name for name in SECTIONS if name in shown))
        if self.best_posts < 0:
            raise ParameterError(f"best_posts is {self.best_posts}; give 0 or more.")
        first, last = _day("since", self.since), _day("until", self.until)
        if first and last and first > last:
            raise ParameterError(f"since ({self.since}) is after until ({self.until}).")

    def query(self, run: Mapping[str, Any] | None = None) -> Query:
        """The MongoDB query of the chosen posts; empty for all.

        A post belongs to a run when, since the run began, it was collected (``last_seen``), its
        comments were read (``comments.at``) or it was scored (``relevance.at``). The last is how
        imported posts come in: a file's own time of collection is older than the run. After
        another vocabulary or model all posts are scored again, and so all are of that run; the
        scope ``new`` asks for ``first_seen`` alone.

        Args:
            run: the record of the run; needed for a scope other than ``all``.

        Raises:
            ParameterError: there is no run.
        """
        parts = [_posted(self.since, self.until)]
        if self.scope != "all":
            parts.append(_of_run(self.scope, self.begin(run)))
        if self.sources:
            parts.append({"source": {"$in": list(self.sources)}})
        if self.queries:
            parts.append({"queries": {"$in": list(self.queries)}})
        parts = [part for part in parts if part]
        return parts[0] if len(parts) == 1 else {"$and": parts} if parts else {}

    def begin(self, run: Mapping[str, Any] | None) -> datetime:
        """When the run began whose posts are chosen.

        Raises:
            ParameterError: there is no run.
        """
        if run is None:
            raise ParameterError(
                f"scope is {self.scope!r} and there is no run whose posts these could be. In a "
                "notebook that is opened by hand, choose a run at the desk, or scope 'all'."
            )
        begun: datetime | str = run["created_at"]
        return datetime.fromisoformat(begun) if isinstance(begun, str) else begun

    def words(self, run: Mapping[str, Any] | None = None) -> list[str]:
        """The choice of posts in words, for the page and the methods; none when it is all."""
        words = []
        if self.scope != "all":
            begin = f"{self.begin(run):%Y-%m-%d %H:%M} UTC"
            words.append(f"only {SCOPES[self.scope]} (begun {begin})")
        if self.since or self.until:
            span = " ".join(
                f"{word} {day}" for word, day in (("from", self.since), ("to", self.until)) if day
            )
            words.append(f"posted {span}")
        if self.sources:
            words.append(f"from {_listed(self.sources)}")
        if self.queries:
            words.append(f"found by {_listed(self.queries)}")
        return words

    def document(self) -> dict[str, Any]:
        """What differs from the usual choice, to be kept with the files of the report."""
        usual = ReportChoice()
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        kept = {name for name, value in values.items() if value != getattr(usual, name)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
            if name in kept | {"privacy", "scope"}
        }


def _refuse_others(name: str, given: tuple[str, ...], valid: Mapping[str, str] | list[str]) -> None:
    wrong = [value for value in given if value not in valid]
    if wrong:
        raise ParameterError(f"{name} is {wrong[0]!r}. Valid: {', '.join(valid)}.")


def _day(name: str, text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) if text else None
    except ValueError:
        raise ParameterError(f"{name} is {text!r}; give a day such as 2026-11-01.") from None


def _posted(since: str, until: str) -> Query:
    first, last = _day("since", since), _day("until", until)
    limits = {"$gte": first} if first else {}
    if last:
        limits["$lt"] = datetime.combine(last, time(tzinfo=UTC)) + timedelta(days=1)
    return {"created_at": limits} if limits else {}


def _of_run(scope: str, begin: datetime) -> Query:
    names = ("last_seen", "comments.at", "relevance.at") if scope == "run" else ("first_seen",)
    return {"$or": [{name: {"$gte": begin}} for name in names]}


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
