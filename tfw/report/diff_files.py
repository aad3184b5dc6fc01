"""The verdicts that a run's report wrote down, read from its ``posts.parquet``."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tfw.errors import InputError
from tfw.privacy import PrivacyLevel
from tfw.report.shown import Mask
from tfw.runs.history import folders_with, load_run
from tfw.runs.record import RECORD_NAME
from tfw.settings import load_settings

COLUMNAR = "posts.parquet"
# Under this key a posts.parquet says what was chosen for its report.
CHOICE_KEY = b"tfw"
PREVIOUS = "previous"
NAMES = {
    "post_id": "post_id",
    "is_fashion_post": "verdict",
    "post_relevance_score_fashion_labels": "label",
    "relevance_score_using_processed_dataset": "terms",
    "threshold_label": "limit",
    "threshold_vocabulary": "limit_terms",
    "vocabulary_id": "vocabulary",
    "model": "model",
}
TEXTS = ("post_id", "description", "source", "created_at")
HIDDEN = (PrivacyLevel.PSEUDONYMISE.value, PrivacyLevel.REDACT.value)


def read_verdicts(folder: Path) -> pd.DataFrame:
    """The verdicts of a report, indexed by post id; what an older file does not have is missing.

    Columns: verdict, label, terms, limit, limit_terms, vocabulary, model, and there (True).

    Raises:
        InputError: there is no posts.parquet, or it cannot be read.
    """
    check_folder(folder)
    try:
        file = pq.ParquetFile(folder / COLUMNAR)
        there = [name for name in NAMES if name in file.schema_arrow.names]
        frame: pd.DataFrame = file.read(columns=there).to_pandas()
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{folder.name}/{COLUMNAR} cannot be read ({error}).") from error
    frame = frame.rename(columns=NAMES).reindex(columns=list(NAMES.values())).set_index("post_id")
    numbers = dict.fromkeys(("label", "terms", "limit", "limit_terms"), "float64")
    return frame.astype({**numbers, "verdict": "boolean"}).assign(there=True)


def read_texts(folder: Path, wanted: Collection[str], mask: Mask) -> dict[str, dict[str, Any]]:
    """Description, source and time of some posts of a report, by id, as a reader may see them."""
    found: dict[str, dict[str, Any]] = {}
    if not wanted:
        return found
    # Names that were shown are hidden again; what is hidden already stays as it is.
    hidden = privacy_of(folder) in HIDDEN
    ids = pa.array(sorted(wanted), pa.string())
    for batch in pq.ParquetFile(folder / COLUMNAR).iter_batches(columns=list(TEXTS)):
        for row in batch.filter(pc.is_in(batch["post_id"], ids)).to_pylist():
            text = row["description"] or ""
            found[row["post_id"]] = {**row, "description": text if hidden else mask.text(text)}
    return found


def choice_of(folder: Path) -> Mapping[str, Any] | None:
    """What was chosen for a report; None where its files do not say."""
    try:
        metadata = pq.read_schema(folder / COLUMNAR).metadata or {}
        chosen = json.loads(metadata.get(CHOICE_KEY, b"null"))
    except (pa.ArrowException, OSError, ValueError):
        return None
    return chosen if isinstance(chosen, dict) else None


def privacy_of(folder: Path) -> str | None:
    """How people are shown in a report; None where its files do not say."""
    return (choice_of(folder) or {}).get("privacy")


def check_folder(folder: Path) -> None:
    """Do nothing for the folder of a report.

    Raises:
        InputError: it has no posts.parquet.
    """
    if not (folder / COLUMNAR).is_file():
        raise InputError(
            f"Run {folder.name} has no {COLUMNAR}, so its posts cannot be compared; notebook "
            "08_report writes it."
        )


def other_run(name: str, folder: Path) -> Path | None:
    """The folder of the run that the report in ``folder`` is to be compared with.

    ``previous`` is the newest run before it that has a posts.parquet and is of the same params
    file, where this one is of any; None where there is none yet.

    Raises:
        InputError: there is no run of that name, or it has no posts.parquet.
    """
    if name != PREVIOUS:
        found = load_settings().outputs / load_run(name).id
        check_folder(found)
        return found
    others = [path for path in folders_with(COLUMNAR) if path.name != folder.name]
    if not (folder / RECORD_NAME).is_file():
        return next(iter(others), None)
    params_file = load_run(folder.name).params_file
    return next(
        (
            path
            for path in others
            if path.name < folder.name and load_run(path.name).params_file == params_file
        ),
        None,
    )
