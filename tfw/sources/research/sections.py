"""Query files as sections of keys and values, each with its line, from INI or from YAML.

In INI a comment stands on a line of its own after ``;`` or ``#``, or after a value, a blank and
``;``; indented lines go on with the value above. In YAML a section is a mapping, or an entry of a
list under ``and``, ``or`` or ``not``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tfw.errors import QueryError, SettingsError
from tfw.yamlfile import YamlFile, parse_yaml

LIST_ENTRY = re.compile(r"""\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^,\n]*?))\s*(?:[,\n]|\Z)""")
SECTION_LINE = re.compile(r"\s*\[(?P<name>[^\[\]]*)\]\s*")
KEY_LINE = re.compile(r"\s*(?P<key>[A-Za-z]\w*)\s*[=:]\s*(?P<value>.*?)\s*")
OPERATOR_LISTS = ("and", "or", "not")


@dataclass(frozen=True)
class Section:
    """A section of a query file, and the line of each of its keys."""

    path: Path
    name: str
    line: int
    values: dict[str, object] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def place(self, key: str | None = None) -> str:
        """Where the section or one of its keys stands, for an error message."""
        line = self.lines.get(key or "", self.line)
        return f"{self.path}, line {line}, [{self.name}]" + (f", {key}" if key else "")

    def text(self, key: str) -> str:
        """A value as one text without quotes.

        Raises:
            ValueError: it is a list, or no text.
        """
        values = self.texts(key)
        if len(values) > 1:
            raise ValueError(f"one value is wanted here, not {len(values)}: {', '.join(values)}")
        return values[0] if values else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """A value as a list of texts: an INI text is parted at its commas and line ends.

        Raises:
            ValueError: the value, or an entry of it, is neither text nor a whole number.
        """
        value = self.values.get(key)
        entries = value if isinstance(value, list) else [value]
        return tuple(part for entry in entries for part in self._parts(entry, value))

    def _parts(self, entry: object, value: object) -> tuple[str, ...]:
        if entry is None and not isinstance(value, list):
            return ()
        if isinstance(entry, str):
            return (entry.strip(),) if isinstance(value, list) else split_list(entry)
        if isinstance(entry, int) and not isinstance(entry, bool):
            return (str(entry),)
        lost = " It has lost its last digits if it was an id." if isinstance(entry, float) else ""
        raise ValueError(f"{entry!r} is not text; put it in quotes, as it was at first.{lost}")


def read_sections(path: Path) -> list[Section]:
    """The sections of a query file, in its order.

    Raises:
        QueryError: the file cannot be read, or is neither INI nor YAML; a section or key stands
            twice. The message names the line.
    """
    text = read_text(path)
    sections = _from_yaml(path, text) if path.suffix in (".yaml", ".yml") else parse_ini(path, text)
    if not sections:
        raise QueryError(f"{path} is empty: it has no section.")
    return sections


def read_text(path: Path) -> str:
    """The text of a query file.

    Raises:
        QueryError: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise QueryError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise QueryError(
            f"{path} is not a text file in UTF-8 (byte {error.start}); save it again as UTF-8."
        ) from error


def split_list(text: str) -> tuple[str, ...]:
    """The entries of a list written with commas or on several lines, without their quotes.

    >>> split_list('linen shirt, "red, white", DE,')
    ('linen shirt', 'red, white', 'DE')
    """
    entries = []
    for found in LIST_ENTRY.finditer(text.strip()):
        double, single, bare = found.groups()
        if bare != "":
            entries.append(next(part for part in (double, single, bare) if part is not None))
    return tuple(entry.strip() for entry in entries)


def parse_ini(path: Path, text: str) -> list[Section]:
    """The sections of an INI text.

    Not by configparser, which gives no lines and takes an indented key for the rest of the value
    above.

    Raises:
        QueryError: a section or key stands twice, or a line is neither.
    """
    sections: dict[str, Section] = {}
    for number, raw in enumerate(text.split("\n"), 1):
        line = without_comment(raw)
        place = f"{path}, line {number}"
        if not line.strip():
            continue
        if header := SECTION_LINE.fullmatch(line):
            _open_section(sections, Section(path, header["name"].strip(), number), place)
        elif not sections:
            raise QueryError(
                f"{place}: {line.strip()!r} stands before the first section. Begin with one, "
                "such as [and_1]."
            )
        else:
            _add_line(list(sections.values())[-1], line, number)
    return list(sections.values())


def _open_section(sections: dict[str, Section], section: Section, place: str) -> None:
    if section.name in sections:
        operator = section.name.partition("_")[0]
        number = f"; give it another number, such as {operator}_{len(sections) + 1}"
        raise QueryError(
            f"{place}, [{section.name}]: this section stands here for the second time (first in "
            f"line {sections[section.name].line}){number if operator in OPERATOR_LISTS else ''}."
        )
    sections[section.name] = section


def _add_line(section: Section, line: str, number: int) -> None:
    """Put a key line, or a further line of the value above it, into its section."""
    place = f"{section.path}, line {number}, [{section.name}]"
    found = KEY_LINE.fullmatch(line)
    if found:
        key = found["key"].lower()
        if key in section.values:
            raise QueryError(
                f"{place}, {key}: this key stands here for the second time (first in line "
                f"{section.lines[key]}). Keep one, or make another section."
            )
        section.values[key], section.lines[key] = found["value"], number
    elif section.values and line[0].isspace():
        key = list(section.values)[-1]
        section.values[key] = f"{section.values[key]}\n{line.strip()}"
    else:
        raise QueryError(f"{place}: {line.strip()!r} is neither 'key = value' nor a [section].")


def without_comment(line: str) -> str:
    """A line of an INI text without its comment; empty where it is nothing else."""
    if line.lstrip().startswith((";", "#")):
        return ""
    for found in re.finditer(r"\s;", line):
        if line[: found.start()].count('"') % 2 == 0:
            return line[: found.start()]
    return line.rstrip()


def _from_yaml(path: Path, text: str) -> list[Section]:
    try:
        source = parse_yaml(text, path)
    except SettingsError as error:
        raise QueryError(str(error)) from error
    data = {} if source.data is None else source.data
    if not isinstance(data, dict):
        raise QueryError(f"{path} must be a mapping of sections, such as 'and_1:' or 'date:'.")
    return [section for name in data for section in _yaml_sections(source, name, data[name])]


def _yaml_sections(source: YamlFile, name: str, content: object) -> Iterator[Section]:
    if name in OPERATOR_LISTS and isinstance(content, list):
        for index, entry in enumerate(content):
            yield _yaml_section(source, f"{name}_{index + 1}", [name, index], entry)
    else:
        yield _yaml_section(source, name, [name], content)


def _yaml_section(source: YamlFile, name: str, keys: list[str | int], content: object) -> Section:
    line = source.line(keys)
    if not isinstance(content, dict):
        raise QueryError(
            f"{source.path}, line {line}, {name}: {content!r} is not a section. Write "
            "'key: value' lines below its name."
        )
    lines = {key: source.line([*keys, key]) for key in content}
    return Section(source.path, name, line, content, lines)
