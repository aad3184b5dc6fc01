import gzip
import io
import zipfile
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from tfw.errors import FileFormatError
from tfw.sources import files
from tfw.sources.files import TextFile, Utf8Stream, head_of, is_json, is_page, is_parquet
from tfw.sources.outcomes import BrokenFileError

# A process may not read what lies at the beginning of its own memory.
MEMORY = Path("/proc/self/mem")
TEXT = "id;caption\r\n1;été 🌾 שלום\r\n"


def read(path):
    with TextFile(path) as file:
        return "".join(file.lines())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_text_is_read_in_the_encoding_it_has(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode(encoding))
    assert read(path) == TEXT


def test_utf_16_in_the_other_byte_order_is_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("id;caption\r\n".encode("utf-16-be"))
    assert read(path) == "id;caption\r\n"


def test_what_is_not_utf_8_is_windows_1252_even_far_into_the_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * 300_000 + "été €\n".encode("windows-1252"))
    assert read(path).endswith("été €\n")


def test_gzip_is_recognised_by_its_content(tmp_path):
    path = tmp_path / "no-suffix"
    path.write_bytes(gzip.compress(TEXT.encode()))
    assert read(path) == TEXT
    assert head_of(path) == TEXT.encode()


@pytest.mark.parametrize("cut", [12, 2000, 6000])
def test_a_cut_gzip_gives_everything_before_the_cut_and_says_so(tmp_path, cut):
    lines = [f"{number},{number * 7919}\n" for number in range(20_000)]
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress("".join(lines).encode())[:cut])
    with TextFile(path) as file:
        got = "".join(file.lines())
        assert "packed data" in file.broken
    assert "".join(lines).startswith(got)
    assert len(got) >= cut - 100


def test_a_damaged_gzip_gives_what_comes_before_the_damage(tmp_path):
    packed = bytearray(gzip.compress(b"".join(b"%d\n" % n for n in range(50_000)), 1))
    packed[len(packed) // 2 : len(packed) // 2 + 50] = b"\xff" * 50
    path = tmp_path / "a.gz"
    path.write_bytes(packed)
    with TextFile(path) as file:
        assert file.read(100).startswith("0\n1\n2\n")
        while file.read(1 << 16):
            pass
        assert file.broken


def test_a_whole_file_is_not_broken(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"a\n"))
    with TextFile(path) as file:
        assert list(file.lines()) == ["a\n"]
        assert file.broken is None


def test_a_line_without_end_does_not_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LINE_LIMIT", 1000)
    path = tmp_path / "a.csv"
    path.write_text("x" * 5000)
    with pytest.raises(BrokenFileError, match="longer than 1,000 characters"):
        read(path)


def test_a_missing_file_a_folder_and_an_empty_file_are_told_apart(tmp_path):
    with pytest.raises(FileFormatError, match="There is no file"):
        head_of(tmp_path / "none.csv")
    with pytest.raises(FileFormatError, match="is a folder"):
        head_of(tmp_path)
    for name, content in (("a.csv", b""), ("b.csv", b"\n \r\n"), ("c.csv.gz", gzip.compress(b""))):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FileFormatError, match=f"{name} is empty"):
            head_of(tmp_path / name)


@pytest.mark.skipif(not MEMORY.exists(), reason="needs a file that Linux refuses to read")
def test_a_file_that_the_system_refuses_is_named():
    with pytest.raises(FileFormatError, match="/proc/self/mem cannot be read: Input/output error"):
        head_of(MEMORY)


def test_a_gzip_that_is_cut_at_once_says_so(tmp_path):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"id,text\n")[:5])
    with pytest.raises(FileFormatError, match="breaks off at once"):
        head_of(path)


def workbook():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return packed.getvalue()


def archive():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as inner:
        inner.writestr("posts.csv", "id,text\n1,a\n")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (workbook(), "an Excel workbook"),
        (archive(), "a ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "an old Excel"),
        (b"BZh91AY&SY" + bytes(50), "a packed file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "an image"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "an image"),
        (b"\x00\x00\x00\x20ftypisom" + bytes(50), "a video"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "a PDF"),
        (b"SQLite format 3\x00" + bytes(50), "an SQLite database"),
        (b"\x80\x04\x95" + bytes(30), "a file of Python"),
        (bytes(range(32)) * 20, "a binary file of an unknown kind"),
        (gzip.compress(archive()), "a ZIP archive"),
    ],
)
def test_a_file_that_holds_no_posts_is_called_by_its_name(tmp_path, content, kind):
    path = tmp_path / "posts.csv"
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=rf"posts\.csv is {kind}"):
        head_of(path)


def test_an_excel_workbook_comes_with_advice(tmp_path):
    path = tmp_path / "posts.xlsx"
    path.write_bytes(workbook())
    with pytest.raises(FileFormatError, match="Save the table as CSV"):
        head_of(path)


def test_parquet_is_read_only_unpacked(tmp_path):
    plain, packed = tmp_path / "a.parquet", tmp_path / "a.parquet.gz"
    pyarrow.parquet.write_table(pyarrow.table({"id": ["1"]}), plain)
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert is_parquet(head_of(plain))
    with pytest.raises(FileFormatError, match="packed Parquet"):
        head_of(packed)


def test_json_and_pages_are_known_by_their_first_character():
    assert is_json(b"\xef\xbb\xbf\n {")
    assert is_json("[".encode("utf-16"))
    assert is_page(b"\n<!DOCTYPE html>")
    assert not is_json(b"id,text")


def test_emoji_in_a_csv_are_no_sign_of_a_binary_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,text\n1,🌾🌾🌾\x00\n" * 50, encoding="utf-8")
    assert head_of(path).startswith(b"id,text")


def test_the_stream_for_the_json_reader_is_utf_8_without_a_mark(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes('{"a": "é"}'.encode("utf-16"))
    with TextFile(path) as file:
        assert Utf8Stream(file).read(100) == '{"a": "é"}'.encode()


def test_a_bar_shows_how_much_of_the_packed_file_is_read(tmp_path, capsys):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" * 100))
    with TextFile(path, progress=True) as file:
        assert len(list(file.lines())) == 100
    assert "a.csv.gz: 100%" in capsys.readouterr().err
