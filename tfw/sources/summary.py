"""What an import did, for people, for the store and for the run record."""

import dataclasses
import html
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tfw.sources.outcomes import Rejected, Skipped
from tfw.store import WriteCounts

# Reasons are general, and still a hostile file could have a new one in each row.
MAX_REASONS = 50
NUMBERS = ("read", "posts", "comments", "inserted", "updated", "unchanged", "rejected")
HEADINGS = ("read", "posts", "comments", "new", "changed", "unchanged", "rejected")
OTHER = "other reasons"


@dataclass(frozen=True)
class ImportSummary:
    """What an import found in a file and what became of it.

    ``read`` is the sum of posts, comments, rejected and skipped; inserted, updated and unchanged
    are records in the store. ``broken`` says where the file breaks off.
    """

    file: str
    format: str
    read: int = 0
    posts: int = 0
    comments: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    skipped: Mapping[str, int] = field(default_factory=dict)
    rejects: Path | None = None
    seconds: float = 0.0
    broken: str | None = None

    def rows(self) -> list[tuple[str, str]]:
        """The summary as pairs of a name and a text."""
        pairs = [
            ("posts", f"{self.posts:,}"),
            ("comments", f"{self.comments:,}"),
            ("new", f"{self.inserted:,}"),
            ("changed", f"{self.updated:,}"),
            ("unchanged", f"{self.unchanged:,}"),
            ("rejected", f"{self.rejected:,}"),
        ]
        pairs += [(f"  {count:,} rejected", reason) for reason, count in self.reasons.items()]
        pairs += [(f"  {count:,} skipped", reason) for reason, count in self.skipped.items()]
        if self.rejects:
            pairs.append(("rejected rows", str(self.rejects)))
        if self.broken:
            pairs.append(("breaks off", self.broken))
        return pairs

    def notes(self) -> list[str]:
        """What was left out and why, and where the rejected rows are listed."""
        notes = [f"{count:,} rejected: {reason}" for reason, count in self.reasons.items()]
        notes += [f"{count:,} skipped: {reason}" for reason, count in self.skipped.items()]
        if self.rejects:
            notes.append(f"rejected rows are listed in {self.rejects}")
        return notes

    @property
    def title(self) -> str:
        """The file, its format, how much it holds, and how long it took."""
        return f"{self.file} ({self.format}): {self.read:,} read in {self.seconds:.1f} s"

    def __str__(self) -> str:
        lines = [f"  {name:<14} {text}" for name, text in self.rows()]
        return "\n".join([self.title, *lines])

    def _repr_html_(self) -> str:
        cells = "".join(
            f"<tr><th style='text-align:left'>{html.escape(name)}</th>"
            f"<td style='text-align:left'>{html.escape(text)}</td></tr>"
            for name, text in self.rows()
        )
        return f"<table><caption>{html.escape(self.title)}</caption>{cells}</table>"

    def document(self, import_id: str) -> dict[str, Any]:
        """What the store keeps in ``imports``; no key whose value is unknown."""
        fields = {one.name: getattr(self, one.name) for one in dataclasses.fields(self)}
        fields = {name: value for name, value in fields.items() if value is not None}
        # A dot in a key is a path to MongoDB, and a leading $ an operator.
        for name in ("reasons", "skipped"):
            fields[name] = {_key(reason): count for reason, count in getattr(self, name).items()}
        if self.rejects:
            fields["rejects"] = str(self.rejects)
        now = datetime.now(UTC)
        created = now.replace(microsecond=now.microsecond // 1000 * 1000)
        return {"_id": import_id, "created_at": created, **fields}


@dataclass(frozen=True)
class ImportSummaries:
    """The summaries of several files, in the order in which they were imported."""

    summaries: tuple[ImportSummary, ...]

    def total(self, name: str) -> int:
        """The sum of one number, such as ``posts``, over all files."""
        return sum(getattr(summary, name) for summary in self.summaries)

    def __str__(self) -> str:
        return "\n".join(str(summary) for summary in self.summaries)

    def _repr_html_(self) -> str:
        """One row a file; under the table what was left out, and where it is listed."""
        rows = [
            _row("td", one.file, one.format, *(_number(one, n) for n in NUMBERS))
            for one in self.summaries
        ]
        if len(rows) > 1:
            rows.append(_row("th", "all files", "", *(f"{self.total(n):,}" for n in NUMBERS)))
        notes = [
            f"<li>{html.escape(one.file)}: {html.escape(note)}</li>"
            for one in self.summaries
            for note in one.notes()
        ]
        listed = f"<ul>{''.join(notes)}</ul>" if notes else ""
        return f"<table>{_row('th', 'file', 'format', *HEADINGS)}{''.join(rows)}</table>{listed}"


def _number(summary: ImportSummary, name: str) -> str:
    return f"{getattr(summary, name):,}"


def _row(tag: str, file: str, format: str, *numbers: str) -> str:
    words = "".join(
        f"<{tag} style='text-align:left'>{html.escape(text)}</{tag}>" for text in (file, format)
    )
    figures = "".join(f"<{tag} style='text-align:right'>{text}</{tag}>" for text in numbers)
    return f"<tr>{words}{figures}</tr>"


class Tally:
    """The counts of an import while it runs."""

    def __init__(self) -> None:
        self.broken: str | None = None
        self._posts = 0
        self._comments = 0
        self._written = WriteCounts()
        self._reasons: Counter[str] = Counter()
        self._skipped: Counter[str] = Counter()

    def count_posts(self, number: int, written: WriteCounts) -> None:
        """Count posts that went to the store."""
        self._posts += number
        self._written += written

    def count_comments(self, number: int, written: WriteCounts) -> None:
        """Count comments that went to the store."""
        self._comments += number
        self._written += written

    def reject(self, row: Rejected) -> None:
        """Count a rejection under its general reason."""
        _count(self._reasons, row.reason)

    def skip(self, row: Skipped) -> None:
        """Count a skip under its reason."""
        _count(self._skipped, row.reason)

    def summary(
        self, file: str, format: str, rejects: Path | None, seconds: float
    ) -> ImportSummary:
        """What was counted."""
        rejected, skipped = self._reasons.total(), self._skipped.total()
        return ImportSummary(
            file=file,
            format=format,
            read=self._posts + self._comments + rejected + skipped,
            posts=self._posts,
            comments=self._comments,
            inserted=self._written.inserted,
            updated=self._written.updated,
            unchanged=self._written.unchanged,
            rejected=rejected,
            reasons=dict(self._reasons.most_common()),
            skipped=dict(self._skipped.most_common()),
            rejects=rejects,
            seconds=round(seconds, 3),
            broken=self.broken,
        )


def _count(reasons: Counter[str], reason: str) -> None:
    known = reason in reasons or len(reasons) < MAX_REASONS
    reasons[reason if known else OTHER] += 1


def _key(reason: str) -> str:
    return reason.replace(".", " ").replace("\x00", "").lstrip("$")
