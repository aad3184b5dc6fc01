"""Files as they come: plain or gzip, in the encodings that tools and spreadsheets write."""

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from tqdm.auto import tqdm
from typing_extensions import Buffer

from tfw.errors import FileFormatError
from tfw.sources.outcomes import BrokenFileError

HEAD = 4096
# Longer lines than this are no line of any format; reading one must not fill the memory.
LINE_LIMIT = 32 * 1024 * 1024
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UNPACK = "Unpack it and import what is inside"
AS_CSV = "Save the table as CSV (UTF-8), with the id column formatted as text"
# What a file begins with, what it is then, and what to do.
SIGNATURES = (
    (rb"PK\x03\x04.{26,200}?(?:xl/|\[Content_Types\])", "an Excel workbook (.xlsx)", AS_CSV),
    (rb"PK\x03\x04", "a ZIP archive", UNPACK),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Office file", AS_CSV),
    (rb"BZh|\xfd7zXZ\x00|\x28\xb5\x2f\xfd|7z\xbc\xaf|Rar!", "a packed file", UNPACK),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP|BM....\x00\x00", "an image", ""),
    (rb"....ftyp|\x1aE\xdf\xa3|ID3|OggS|RIFF", "a video or audio file", ""),
    (rb"%PDF", "a PDF document", ""),
    (rb"SQLite format 3\x00", "an SQLite database", "Export its table of posts as CSV"),
    (rb"\x89HDF|\x93NUMPY|\x80[\x02-\x05]", "a file of Python or HDF5 data", "Save it as CSV"),
)
PARQUET = b"PAR1"


class Source(io.RawIOBase):
    """The bytes of a file, unpacked where they are gzip.

    Where a gzip stream is cut off or damaged, reading simply ends there, and ``broken`` says so:
    what was unpacked until then is good.
    """

    def __init__(self, path: Path, *, progress: bool = False) -> None:
        super().__init__()
        self.broken: str | None = None
        packed, size = _is_packed(path), path.stat().st_size
        self._file = path.open("rb")
        self._stream = gzip.GzipFile(fileobj=self._file) if packed else self._file
        self._bar = tqdm(
            total=size, unit="B", unit_scale=True, desc=path.name, disable=not progress
        )

    def readable(self) -> bool:
        """True: this is a source to read from."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Fill a buffer; 0 at the end of the file and where it breaks off."""
        view = memoryview(buffer)
        try:
            data = self._stream.read1(len(view))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            at = self._file.tell()
            self.broken = f"the packed data ends or is damaged near byte {at:,} ({error})"
            return 0
        view[: len(data)] = data
        self._bar.update(self._file.tell() - self._bar.n)
        return len(data)

    def close(self) -> None:
        """Close the file and the progress bar."""
        if not self.closed:
            self._bar.close()
            self._stream.close()
            self._file.close()
        super().close()


class TextFile:
    """A file opened as text; a context manager that hands out lines or blocks of characters.

    Bytes that are not valid UTF-8 are read as Windows-1252, which older spreadsheets write.
    """

    def __init__(self, path: Path, *, progress: bool = False) -> None:
        self.path = path
        self._source = Source(path, progress=progress)
        buffered = io.BufferedReader(self._source, 1 << 18)
        encoding = _encoding(buffered.peek(HEAD)[:HEAD])
        errors = "replace" if encoding.startswith("utf-16") else "windows-1252"
        self._text = io.TextIOWrapper(buffered, encoding, errors, newline="")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._text.close()

    @property
    def broken(self) -> str | None:
        """Why the file ended early, or None as long as it did not."""
        return self._source.broken

    def read(self, size: int) -> str:
        """At most ``size`` characters; empty at the end."""
        return self._text.read(size)

    def lines(self) -> Iterator[str]:
        """Line by line, each with its line end; the last one may lack it."""
        while line := self._text.readline(LINE_LIMIT):
            if len(line) == LINE_LIMIT:
                raise BrokenFileError(f"a line is longer than {LINE_LIMIT:,} characters")
            yield line


class Utf8Stream:
    """A text file as the UTF-8 bytes that the streaming JSON reader wants."""

    def __init__(self, file: TextFile | io.StringIO) -> None:
        self._file = file

    def read(self, size: int) -> bytes:
        """At least one byte and about ``size`` of them; nothing at the end."""
        return self._file.read(max(size, 1)).encode("utf-8", "replace") if size else b""


def head_of(path: Path) -> bytes:
    """The first bytes of a file, unpacked.

    Raises:
        FileFormatError: there is no such file, it is a folder or empty, or it is of a kind that
            holds no posts.
    """
    if not path.exists():
        raise FileFormatError(
            f"There is no file {path}. Check the path; a relative one starts at {Path.cwd()}."
        )
    if not path.is_file():
        raise FileFormatError(f"{path} is a folder. Give the path of one file in it.")
    try:
        with Source(path) as source:
            head = io.BufferedReader(source).read(HEAD)
            broken = source.broken
    except OSError as error:
        raise FileFormatError(f"{path} cannot be read: {error.strerror or error}.") from error
    if not head.strip():
        what = f"breaks off at once: {broken}" if broken else "is empty"
        raise FileFormatError(f"{path.name} {what}. Export or download it again.")
    _refuse_binary(path, head)
    return head


def is_parquet(head: bytes) -> bool:
    """Whether a file that begins so is a Parquet table."""
    return head.startswith(PARQUET)


def is_json(head: bytes) -> bool:
    """Whether a text that begins so is JSON."""
    return _first_character(head) in ("[", "{")


def is_page(head: bytes) -> bool:
    """Whether a text that begins so is an HTML page."""
    return _first_character(head) == "<"


def _first_character(head: bytes) -> str:
    return head.decode(_encoding(head), "replace").lstrip("\ufeff \t\r\n")[:1]


def _refuse_binary(path: Path, head: bytes) -> None:
    for pattern, kind, advice in SIGNATURES:
        if re.match(pattern, head, re.DOTALL):
            raise FileFormatError(f"{path.name} is {kind}, not a file of posts. {advice}".rstrip())
    if is_parquet(head) and _is_packed(path):
        raise FileFormatError(f"{path.name} is a packed Parquet table. {UNPACK}.")
    if is_parquet(head) or _encoding(head).startswith("utf-16"):
        return
    strange = sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in head)
    if strange > max(16, len(head) // 20):
        raise FileFormatError(
            f"{path.name} is a binary file of an unknown kind, not a file of posts."
        )


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _encoding(head: bytes) -> str:
    for mark, name in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return name
    # UTF-16 without its mark: every other byte of European text and of JSON is zero.
    odd, even = head[1:200:2], head[0:200:2]
    if len(head) >= 8 and odd.count(0) > 0.4 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if len(head) >= 8 and even.count(0) > 0.4 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return "utf-8"


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("windows-1252", "replace"), error.end


codecs.register_error("windows-1252", _as_windows_1252)
