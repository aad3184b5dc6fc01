"""How much room the project takes on disk, and how much is left."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from pymongo.errors import PyMongoError

from tfw.embedded_state import data_folder
from tfw.settings import Settings
from tfw.store import Store

UNITS = ("bytes", "KB", "MB", "GB", "TB")


@dataclass(frozen=True)
class DiskUse:
    """Bytes of the database and of `outputs/`, and those free on the project's disk.

    ``database`` is None where the server does not tell; ``embedded`` says whether it is the
    project's own one, whose folder holds all databases of the project.
    """

    database: int | None
    embedded: bool
    outputs: int
    free: int


def disk_use(store: Store, settings: Settings) -> DiskUse:
    """The room taken now."""
    embedded = settings.mongodb_uri is None
    database = folder_size(data_folder(settings)) if embedded else _server_size(store)
    free = shutil.disk_usage(settings.home).free
    return DiskUse(database, embedded, folder_size(settings.outputs), free)


def folder_size(folder: Path) -> int:
    """The bytes of all files below a folder; 0 where there is none. Links are not followed."""
    return sum(
        _file_size(Path(place) / name) for place, _, names in os.walk(folder) for name in names
    )


def size(number: int | None) -> str:
    """A number of bytes for people.

    >>> size(1_500), size(12_345_678), size(None)
    ('1.5 KB', '12.3 MB', 'not known')
    """
    if number is None:
        return "not known"
    value = float(number)
    for unit in UNITS:
        if value < 1_000 or unit == UNITS[-1]:
            break
        value /= 1_000
    return f"{value:.0f} {unit}" if unit == UNITS[0] else f"{value:.1f} {unit}"


def _file_size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:  # it went while the folder was read
        return 0


def _server_size(store: Store) -> int | None:
    """What a MongoDB says that this database takes, indexes included."""
    try:
        stats = store.database.command("dbStats")
    except PyMongoError:  # not every account may ask
        return None
    return int(stats.get("totalSize") or stats.get("storageSize", 0) + stats.get("indexSize", 0))
