"""What processes share about a project's embedded database: its files, its state and a lock."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tfw.errors import StoreError
from tfw.processes import file_lock
from tfw.settings import Settings

LOCK_SECONDS = 90.0


class State(BaseModel):
    """The content of `db.json`; `pid` is None after a stop."""

    model_config = ConfigDict(frozen=True)

    password: str = Field(repr=False)
    port: int = 0
    pid: int | None = None
    started_at: datetime | None = None


@contextmanager
def locked(settings: Settings) -> Iterator[None]:
    """Lets one process at a time start or stop the server.

    Raises:
        StoreError: the folder cannot be used, or another process does not come to an end.
    """
    folder = settings.hidden_folder
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with file_lock(folder / "db.lock", LOCK_SECONDS):
            yield
    except TimeoutError:
        raise StoreError(
            f"Another process has been starting or stopping the embedded database of "
            f"{settings.home} for more than {LOCK_SECONDS:.0f} s. End that process, then try again."
        ) from None
    except OSError as error:
        raise StoreError(
            f"The embedded database cannot use the folder {folder}: {error.strerror}. Make it "
            "writable, or set TFW_HOME to another folder, or TFW_MONGODB_URI to a MongoDB server."
        ) from None


def read_state(settings: Settings) -> State | None:
    """What `db.json` says; None when it is not there or damaged.

    Raises:
        StoreError: another user owns it.
    """
    try:
        return State.model_validate_json(_state_file(settings).read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValidationError):
        return None
    except PermissionError:
        raise StoreError(
            f"The embedded database of {settings.home} belongs to another user of this computer. "
            "Use a project folder of your own, or set TFW_MONGODB_URI to a MongoDB server."
        ) from None


def write_state(settings: Settings, state: State) -> None:
    """Write `db.json`, readable by its owner only, in one step."""
    draft = _state_file(settings).with_name("db.json.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(state.model_dump(mode="json"), indent=1) + "\n")
    draft.replace(_state_file(settings))


def data_folder(settings: Settings) -> Path:
    """The folder of the data, by one name whatever way leads to the project."""
    return settings.hidden_folder.resolve() / "db"


def log_file(settings: Settings) -> Path:
    """Where the server's own messages go."""
    return settings.hidden_folder / "db.log"


def _state_file(settings: Settings) -> Path:
    return settings.hidden_folder / "db.json"
