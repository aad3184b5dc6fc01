"""Where the project is, and which database it uses.

| environment variable | meaning |
| --- | --- |
| `TFW_HOME` | the project folder; else the nearest one upwards with `params/` and `notebooks/` |
| `TFW_MONGODB_URI` | a MongoDB or Atlas to use instead of the embedded server |
| `TFW_DATABASE` | the database's name (default `tfw`); `tfw run` sets it from the params file |
| `TFW_KEY_FOLDER` | where pseudonym keys are kept (default `~/.config/tfw/keys`) |
"""

import os
import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict, SecretStr

from tfw.errors import SettingsError

DEFAULT_DATABASE = "tfw"


class Settings(BaseModel):
    """The surroundings of one process; read once with :func:`load_settings`."""

    model_config = ConfigDict(frozen=True)

    home: Path
    mongodb_uri: SecretStr | None = None
    database: str = DEFAULT_DATABASE
    key_folder: Path

    @property
    def hidden_folder(self) -> Path:
        """The project's own folder for the embedded database and its state."""
        return self.home / ".tfw"

    @property
    def outputs(self) -> Path:
        """The folder that holds one folder a run."""
        return self.home / "outputs"

    @property
    def params(self) -> Path:
        """The folder of params files, queries and thresholds."""
        return self.home / "params"

    @property
    def notebooks(self) -> Path:
        """The folder of the notebooks."""
        return self.home / "notebooks"

    def resolve(self, path: str | Path) -> Path:
        """A path of a params file or a parameter: relative ones start at the project folder."""
        return self.home / Path(path).expanduser()


def load_settings() -> Settings:
    """The settings of this process, from its environment.

    Raises:
        SettingsError: an environment variable has a value that cannot be used.
    """
    database = os.environ.get("TFW_DATABASE") or DEFAULT_DATABASE
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,37}", database):
        raise SettingsError(
            f"TFW_DATABASE is {database!r}. A database name starts with a letter and has at most "
            "38 letters, digits, '_' or '-'."
        )
    uri = os.environ.get("TFW_MONGODB_URI") or None
    if uri and not uri.startswith(("mongodb://", "mongodb+srv://")):
        raise SettingsError(
            "TFW_MONGODB_URI does not start with mongodb:// or mongodb+srv:// (its value is not "
            "shown because it may hold a password)."
        )
    keys = os.environ.get("TFW_KEY_FOLDER")
    return Settings(
        home=find_home(),
        mongodb_uri=SecretStr(uri) if uri else None,
        database=database,
        key_folder=Path(keys) if keys else Path.home() / ".config" / "tfw" / "keys",
    )


def find_home() -> Path:
    """The project folder: `TFW_HOME`, or the nearest one upwards, or the one of this checkout."""
    named = os.environ.get("TFW_HOME")
    if named:
        home = Path(named).expanduser().resolve()
        if not home.is_dir():
            raise SettingsError(f"TFW_HOME is {named!r}, which is not a folder.")
        return home
    here = Path.cwd().resolve()
    checkout = Path(__file__).resolve().parent.parent
    for folder in [here, *here.parents, checkout]:
        if (folder / "params").is_dir() and (folder / "notebooks").is_dir():
            return folder
    return here
