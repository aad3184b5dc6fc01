"""What people say about posts: labels by several coders, kept in the database and in CSV files.

A coder has one label for a post; a later one replaces it. Labels say ``fashion``, ``not`` or
``unsure``. :func:`truth` makes one answer of several coders', and where they differ an
adjudicated label, kept under the name :data:`ADJUDICATED`, decides.
"""

import csv
import gzip
import hashlib
import io
import os
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pandas as pd
from pydantic import AfterValidator, Field, ValidationError
from pymongo import ReplaceOne

from tfw.bulk import BATCH, chunks, read_by_id
from tfw.connection import clear_errors
from tfw.errors import FileFormatError, InputError
from tfw.records import Id, Record, Text, Time
from tfw.spreadsheet import disarm

if TYPE_CHECKING:
    from tfw.store import Store, WriteCounts

COLLECTION = "labels"
COLUMNS = ("post_id", "coder", "label", "at", "note", "drawn")
# The coder of labels that settle what other coders said differently.
ADJUDICATED = "adjudicated"
Rule = Literal["all", "majority"]
# How the post came to its coder: drawn by the desk (tfw.relevance.label_draws), as one that
# another coder had labelled, or as one on which coders differed.
Drawn = Literal["near", "random", "uncertain", "second", "adjudication"]


class LabelValue(StrEnum):
    """What a coder says about a post."""

    FASHION = "fashion"
    NOT = "not"
    UNSURE = "unsure"


# What label columns of other programs say, in lower case.
SPELLINGS: Mapping[str, LabelValue] = {
    **dict.fromkeys(("fashion", "f", "1", "true", "yes", "y"), LabelValue.FASHION),
    **dict.fromkeys(("not", "not fashion", "n", "0", "false", "no"), LabelValue.NOT),
    **dict.fromkeys(("unsure", "u", "?"), LabelValue.UNSURE),
}


def _known_post_id(value: str) -> str:
    if not (value.isascii() and value.isdigit() and len(value) <= 20):
        raise ValueError(f"{value!r} is not a post id: those are up to 20 digits")
    return value


class Label(Record):
    """One coder's label of one post."""

    post_id: Annotated[Id, AfterValidator(_known_post_id)]
    coder: Annotated[Text, Field(min_length=1, max_length=64)]
    label: LabelValue
    at: Time = Field(default_factory=lambda: datetime.now(UTC))
    note: Text | None = None
    drawn: Drawn | None = None

    def document(self) -> dict[str, Any]:
        """The label as stored: one document for each post and coder."""
        return {"_id": f"{self.post_id}:{self.coder}", **super().document()}


@dataclass(frozen=True)
class LabelImport:
    """What a file of labels gave: rows read, what was written, and why rows were refused."""

    read: int
    counts: "WriteCounts"
    rejects: tuple[str, ...]
    unknown_posts: int

    def __str__(self) -> str:
        text = (
            f"{self.read:,} labels read: {self.counts.inserted:,} new, {self.counts.updated:,} "
            f"changed, {self.counts.unchanged:,} as before"
        )
        if self.rejects:
            text += f"; {len(self.rejects):,} rows refused, the first: {self.rejects[0]}"
        if self.unknown_posts:
            text += f"; {self.unknown_posts:,} are of posts that are not in the database"
        return text


@clear_errors("save labels")
def add_labels(store: "Store", labels: Iterable[Label]) -> "WriteCounts":
    """Save labels; of two by the same coder for the same post the later one counts."""
    from tfw.store import WriteCounts

    counts = WriteCounts()
    for batch in chunks(labels, BATCH):
        counts += _write(store, _latest(label.document() for label in batch), len(batch))
    return counts


@clear_errors("read labels")
def read_labels(store: "Store", query: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """All labels, or those of a query, oldest first: post_id, coder, label, at, note, drawn."""
    rows = [
        {name: row.get(name) for name in COLUMNS}
        for row in store.database[COLLECTION].find(query or {})
    ]
    return _tidy(pd.DataFrame(rows, columns=list(COLUMNS)))


def truth(labels: pd.DataFrame, rule: Rule = "all") -> pd.Series:
    """One answer for each labelled post, by post id: True fashion, False not, NA not settled.

    Args:
        labels: with the columns post_id, coder and label.
        rule: ``all`` settles a post when all coders say the same; ``majority`` when more than
            half of them do. Who is unsure counts among the coders and settles nothing. Where
            there is an adjudicated label, it alone decides under both rules.

    Raises:
        InputError: a column is missing, the rule or a label is unknown.
    """
    check_label_table(labels)
    if rule not in ("all", "majority"):
        raise InputError(f"rule is {rule!r}; valid are 'all' and 'majority'.")
    deciding = _deciding(labels)
    votes = pd.crosstab(deciding["post_id"].astype(str), deciding["label"].astype(str))
    votes = votes.reindex(columns=list(LabelValue), fill_value=0)
    needed = votes.sum(axis=1) * (1 if rule == "all" else 0.5)
    settled = pd.Series(pd.NA, index=votes.index, dtype="boolean", name="truth")
    for value, answer in ((LabelValue.FASHION, True), (LabelValue.NOT, False)):
        reached = votes[value] >= needed if rule == "all" else votes[value] > needed
        settled[reached] = answer
    return settled


def random_sample(labels: pd.DataFrame) -> pd.DataFrame:
    """The labels of posts that were drawn at random, by all their coders.

    These speak of the whole collection; labels of picked posts speak of the pick.
    """
    if "drawn" not in labels.columns:
        return labels.iloc[:0]
    return labels[labels["post_id"].isin(labels.loc[labels["drawn"] == "random", "post_id"])]


def disputed(labels: pd.DataFrame) -> set[str]:
    """The posts that coders labelled differently, settled or not."""
    people = labels[labels["coder"] != ADJUDICATED]
    different = people.groupby("post_id")["label"].nunique()
    return set(different.index[different > 1])


def label_set_id(labels: pd.DataFrame) -> str:
    """A name of a set of labels by its content, such as ``labels_1f0c2a77b3d9``.

    The same labels give the same name in any order; times and notes do not matter.
    """
    check_label_table(labels)
    rows = sorted(zip(*(labels[name].astype(str) for name in COLUMNS[:3]), strict=True))
    return "labels_" + hashlib.blake2b(repr(rows).encode(), digest_size=6).hexdigest()


def import_labels(store: "Store", path: str | Path, coder: str | None = None) -> LabelImport:
    """Read labels from a CSV file into the database; rows that cannot be used are named.

    Args:
        store: the database.
        path: a .csv or .csv.gz file with the columns post_id (or id) and label, and where it has
            them coder, at (ISO 8601), note and drawn. Labels may be written fashion, not, unsure;
            F, N, U; 1, 0; yes, no.
        coder: who labelled, for rows without a coder.

    Raises:
        FileFormatError: there is no such file, it is not CSV, or lacks a column.
        InputError: neither the file nor ``coder`` says who labelled.
    """
    labels, rejects, read = [], [], 0
    for line, row in _rows(Path(path), coder):
        read += 1
        try:
            labels.append(_label(row, coder))
        except ValueError as error:
            rejects.append(f"line {line}: {_reason(error)}")
    ids = {label.post_id for label in labels}
    known = {post["_id"] for post in read_by_id(store.database["posts"], ids, {"_id": 1})}
    return LabelImport(read, add_labels(store, labels), tuple(rejects), len(ids - known))


def export_labels(store: "Store", path: str | Path) -> int:
    """Write all labels to a CSV file that :func:`import_labels` reads; how many there are."""
    labels, path = read_labels(store), Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        with draft.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
            writer.writerow(COLUMNS)
            writer.writerows(_cells(row) for row in labels.to_dict("records"))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return len(labels)


def check_label_table(labels: pd.DataFrame) -> None:
    """Refuse a table that does not hold labels.

    Raises:
        InputError: with the columns and values that are valid.
    """
    missing = [name for name in COLUMNS[:3] if name not in labels.columns]
    if missing:
        raise InputError(
            f"The table of labels lacks the column {missing[0]!r}. It needs post_id, coder, label."
        )
    unknown = sorted(set(labels["label"].astype(str)) - set(LabelValue))
    if unknown:
        raise InputError(f"The label {unknown[0]!r} is unknown; valid: {', '.join(LabelValue)}.")


def _cells(row: Mapping[Hashable, Any]) -> list[str]:
    note = disarm(row["note"]) if isinstance(row["note"], str) else ""
    drawn = row["drawn"] if isinstance(row["drawn"], str) else ""
    return [row["post_id"], disarm(row["coder"]), row["label"], row["at"].isoformat(), note, drawn]


def _deciding(labels: pd.DataFrame) -> pd.DataFrame:
    """The adjudicated label of a post where there is one, else what all its coders said."""
    settled = labels["coder"].astype(str) == ADJUDICATED
    if not settled.any():
        return labels
    return labels[settled | ~labels["post_id"].isin(labels.loc[settled, "post_id"])]


def _latest(documents: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    latest: dict[str, dict[str, Any]] = {}
    for document in documents:
        known = latest.get(document["_id"])
        if known is None or document["at"] >= known["at"]:
            latest[document["_id"]] = document
    return latest


def _write(store: "Store", latest: dict[str, dict[str, Any]], given: int) -> "WriteCounts":
    from tfw.store import WriteCounts

    collection = store.database[COLLECTION]
    known = {row["_id"]: row for row in read_by_id(collection, latest)}
    newer = {
        id_: new
        for id_, new in latest.items()
        if id_ not in known or (new["at"] >= known[id_]["at"] and new != known[id_])
    }
    if newer:
        collection.bulk_write(
            [ReplaceOne({"_id": id_}, new, upsert=True) for id_, new in newer.items()],
            ordered=False,
        )
    inserted = len(newer.keys() - known.keys())
    return WriteCounts(inserted, len(newer) - inserted, given - len(newer))


def _tidy(table: pd.DataFrame) -> pd.DataFrame:
    table["at"] = pd.to_datetime(table["at"], utc=True)
    return table.sort_values(["at", "post_id", "coder"], ignore_index=True)


def _rows(path: Path, coder: str | None) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a file by column name, with the lines where they end."""
    reader = csv.DictReader(io.StringIO(_content(path), newline=""))
    names = {name.strip().lower(): name for name in reader.fieldnames or () if name}
    if "post_id" not in names and "id" in names:
        names["post_id"] = names["id"]
    missing = [name for name in ("post_id", "label") if name not in names]
    if missing:
        raise FileFormatError(
            f"{path.name} lacks the column {' and '.join(missing)}. A file of labels has the "
            "columns post_id and label (fashion, not, unsure), and coder, at and note if known."
        )
    if "coder" not in names and not coder:
        raise InputError(
            f"{path.name} has no column coder: say who labelled, for example coder='ana'."
        )
    for row in reader:
        yield (
            reader.line_num,
            {name: (row[names[name]] or "").strip() for name in COLUMNS if name in names},
        )


def _content(path: Path) -> str:
    if not path.is_file():
        raise FileFormatError(f"There is no file {path}.")
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        return raw.decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise FileFormatError(f"{path.name} cannot be read as UTF-8 CSV: {error}") from error


def _label(row: Mapping[str, str], coder: str | None) -> Label:
    value = SPELLINGS.get(row["label"].lower())
    if value is None:
        raise ValueError(f"label {row['label']!r} is unknown; valid: {', '.join(LabelValue)}")
    known: dict[str, Any] = {name: row[name] for name in ("at", "drawn") if row.get(name)}
    return Label(
        post_id=row["post_id"],
        coder=_armed(row.get("coder", "")) or coder or "",
        label=value,
        note=_armed(row.get("note", "")) or None,
        **known,
    )


def _armed(cell: str) -> str:
    """A cell without the apostrophe that an export put before it."""
    return cell[1:] if cell.startswith("'") and disarm(cell[1:]) == cell else cell


def _reason(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg'].removeprefix('Value error, ')}"
