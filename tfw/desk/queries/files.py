"""Query files of the builder: found, loaded as sections, saved without loss."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tfw.errors import QueryError
from tfw.files import write_atomically
from tfw.sources.research.sections import Section, parse_ini, read_sections, read_text
from tfw.sources.research.writing import count_comments, edit_ini

YAML = (".yaml", ".yml")
PATTERNS = ("*.ini", "query*.yaml", "query*.yml", "queries/*.ini", "queries/*.y*ml")
SECRETS = "credentials"
FIRST_SECTIONS: dict[str, dict[str, object]] = {
    "and_1": {"operation": "IN", "field_name": "hashtag_name", "field_values": []},
    "date": {"start_date": "today-9", "end_date": "today-3"},
}


class FileChangedError(QueryError):
    """Somebody else has written the file meanwhile."""


@dataclass(frozen=True)
class QueryFile:
    """A query file as it was when it was loaded.

    ``path`` is the INI file that it is saved to; ``text`` is None where nothing stands there;
    ``base`` is the text that is edited, so that its comments stay; ``note`` is what the person
    should know.
    """

    path: Path
    text: str | None
    sections: tuple[Section, ...]
    base: str = ""
    note: str = ""

    def with_sections(self, sections: Sequence[Section]) -> str:
        """The INI text that says these sections, with the comments of the file.

        Raises:
            QueryError: a value cannot be written in INI.
        """
        return edit_ini(self.base, sections)


def find_query_files(folder: Path) -> list[Path]:
    """The query files of a folder of params."""
    found = {path for pattern in PATTERNS for path in folder.glob(pattern)}
    return sorted(path for path in found if not path.name.startswith((".", SECRETS)))


def load_query_file(path: Path) -> QueryFile:
    """A query file, or the beginning of one where none is there yet.

    Raises:
        QueryError: it cannot be read as sections of keys and values.
    """
    if not path.exists():
        return new_query_file(path)
    if path.suffix in YAML:
        return _from_yaml(path)
    text = read_text(path)
    sections = tuple(_as_texts(section) for section in parse_ini(path, text))
    return QueryFile(path, text, sections, base=text)


def new_query_file(path: Path) -> QueryFile:
    """The beginning of a query that nobody has saved yet."""
    sections = tuple(Section(path, name, 0, dict(v)) for name, v in FIRST_SECTIONS.items())
    return QueryFile(path, None, sections, note=f"{path.name} is not there yet; Save makes it.")


def save_query_file(file: QueryFile, text: str, *, overwrite: bool = False) -> QueryFile:
    """The file after a text was written to it, in one step.

    Raises:
        FileChangedError: there is something else in it than when it was loaded, and ``overwrite``
            is not set.
        QueryError: it cannot be written.
    """
    now = read_text(file.path) if file.path.exists() else None
    if not overwrite and now is not None and now != file.text:
        raise FileChangedError(
            f"{file.path.name} is there already and says something else."
            if file.text is None
            else f"{file.path.name} was changed by somebody else since it was loaded here."
        )
    try:
        file.path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file.path, text)
    except OSError as error:
        raise QueryError(f"{file.path} cannot be written: {error.strerror}.") from error
    return replace(load_query_file(file.path), note=_lost(file.base, text))


def place_of(name: str, folder: Path, current: Path) -> Path:
    """The file that a person means by a name; it lies in the folder, or is the current one.

    Raises:
        QueryError: it lies elsewhere, or is no INI file.
    """
    name = name.strip()
    if name == str(current):
        return current
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise QueryError(f"{name!r} lies outside {folder.name}/; give a name in that folder.")
    if path.suffix != ".ini" or path.name.startswith((".", SECRETS)):
        raise QueryError(f"{name!r} is no name for a query file; write one such as linen.ini.")
    return path


def _from_yaml(path: Path) -> QueryFile:
    """A YAML file, to be saved as INI under another name."""
    taken: dict[str, Section] = {}
    for section in read_sections(path):
        name = section.name
        while name in taken:  # the list "and" and a section named and_1
            name += "_1"
        taken[name] = _as_texts(replace(section, name=name))
    comments = count_comments(read_text(path))
    lost = f" Its comments ({comments}) are not carried over." if comments else ""
    note = f"{path.name} is YAML and stays as it is; Save writes the query as INI.{lost}"
    return QueryFile(path.with_suffix(".ini"), None, tuple(taken.values()), note=note)


def _as_texts(section: Section) -> Section:
    """The section with every value as a list of texts."""
    values: dict[str, object] = {}
    for key, value in section.values.items():
        if isinstance(value, bool):
            values[key] = ["yes" if value else "no"]
            continue
        try:
            values[key] = list(section.texts(key))
        except ValueError as error:
            raise QueryError(f"{section.place(key)}: {error}.") from error
    return replace(section, values=values)


def _lost(before: str, after: str) -> str:
    lost = count_comments(before) - count_comments(after)
    lines = "1 comment line" if lost == 1 else f"{lost} comment lines"
    return f" {lines} went with what was taken out." if lost > 0 else ""
