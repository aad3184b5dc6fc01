import csv
import gzip
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from tfw.errors import FileFormatError
from tfw.relevance.instagram import decode_escapes, read_instagram

COLUMNS = """UserId Followings Followers MediaCount BrandName BrandCategory Hashtags Caption ImgURL
Likes Comments CreationTime Link Selfie BodySnap Marketing ProductOnly NonFashion Face Logo
BrandLogo Smile Outdoor NumberOfPeople NumberOfFashionProduct Anger Contempt Disgust Fear
Happiness Neutral Sadness Surprise""".split()
REAL = Path(__file__).resolve().parents[2] / "../shared/data/instagram/rows-excerpt.csv"


def row(user: str, brand: str, caption: str, hashtags: str = "ootd, dress", likes: int = 5) -> dict:
    values = dict.fromkeys(COLUMNS, "0.5")
    return values | {
        "UserId": user,
        "BrandName": brand,
        "BrandCategory": "High street",
        "Hashtags": hashtags,
        "Caption": caption,
        "Likes": str(likes),
        "Comments": "3",
        "CreationTime": "1454284800",
        "Followers": "1451.0",
    }


ROWS = [
    row("11_1", "zara", r"new dress \U0001f457 \xa3 20\nlove it", likes=7),
    row("11_1", "gucci", r"new dress \U0001f457 \xa3 20\nlove it", likes=9),
    row("12_1", "zara", r'u"caf\xe9 \ud83d\udc57"', hashtags=""),
    row("13_2", "zara", r"@00000 \u30f4", hashtags=r"\u30f4, #OOTD"),
]
# Downloads write the header of this column with a blank.
HEADER = ["Comments " if name == "Comments" else name for name in COLUMNS]


def write_text(path: Path, delimiter: str, rows=ROWS) -> Path:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "wt", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file, delimiter=delimiter)
        sheet.writerow(HEADER)
        sheet.writerows([r[name] for name in COLUMNS] for r in rows)
    return path


def write_excel(path: Path) -> Path:
    book = Workbook()
    book.active.append(["notes", "about the data"])
    sheet = book.create_sheet("data")
    sheet.append(HEADER)
    for r in ROWS:
        sheet.append([r[name] for name in COLUMNS])
    book.save(path)
    return path


@pytest.fixture(params=["tab", "csv", "csv.gz", "xlsx"])
def file(request, tmp_path) -> Path:
    path = tmp_path / f"fashion data on Instagram.{request.param}"
    if request.param == "xlsx":
        return write_excel(path)
    return write_text(path, "\t" if request.param == "tab" else ",")


def test_every_layout_gives_the_same_posts(file):
    posts = read_instagram(file)
    assert [post.id for post in posts] == ["11_1", "12_1", "13_2"]
    first = posts[0]
    assert first.brands == ("zara", "gucci")
    assert first.likes == 9
    assert first.comments == 3
    assert first.caption == "new dress 👗 £ 20\nlove it"
    assert first.hashtags == ("ootd", "dress")
    assert first.created_at == datetime(2016, 2, 1, tzinfo=UTC)
    assert posts[1].caption == "café 👗"
    assert posts[1].hashtags == ()
    assert posts[2].hashtags == ("ヴ", "ootd")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"\u30f4", "ヴ"),
        (r"\U0001f457", "👗"),
        (r"\xf1", "ñ"),
        (r"a\nb", "a\nb"),
        (r"u'it\'s'", "it's"),
        (r"C:\temp", "C:\temp"),
        (r"\ud83d", ""),
        (r"\U00110000", r"\U00110000"),
        ("no escapes", "no escapes"),
    ],
)
def test_literal_escapes_are_decoded(written, meant):
    assert decode_escapes(written) == meant


def test_comment_texts_come_from_a_column_or_a_file_of_their_own(tmp_path):
    path = write_text(tmp_path / "posts.csv", ",")
    comments = tmp_path / "comments.csv"
    comments.write_text("UserId,text\n11_1,lovely dress\n11_1,where from\n99_9,other\n")
    posts = read_instagram(path, comments_path=comments)
    assert posts[0].comment_texts == ("lovely dress", "where from")
    assert read_instagram(path, comments_column="Link")[0].comment_texts == ("0.5",)


def test_a_file_without_the_columns_names_what_it_has_and_what_is_needed(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("id,text\n1,a\n")
    with pytest.raises(FileFormatError, match=r"other.csv .* columns id, text.*UserId, BrandName"):
        read_instagram(path)


def test_a_workbook_without_the_sheet_names_its_sheets(tmp_path):
    book = Workbook()
    book.active.title = "Notes"
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(FileFormatError, match="sheets Notes"):
        read_instagram(tmp_path / "x.xlsx")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.tab", None, "no file"),
        ("empty.tab", b"", "is empty"),
        ("broken.xlsx", b"not a zip file", "not an Excel workbook"),
        ("binary.csv", b"\xff\xfe\x00\x81", "cannot be read"),
    ],
)
def test_an_unreadable_file_is_one_clear_error(tmp_path, name, content, message):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FileFormatError, match=message):
        read_instagram(path)


def test_a_bad_number_names_its_row(tmp_path):
    rows = [ROWS[0], ROWS[2] | {"Likes": "many"}]
    path = write_text(tmp_path / "posts.tab", "\t", rows)
    with pytest.raises(FileFormatError, match=r"posts\.tab, row 3"):
        read_instagram(path)


def test_a_file_with_a_header_alone_is_an_error(tmp_path):
    with pytest.raises(FileFormatError, match="no row"):
        read_instagram(write_text(tmp_path / "posts.tab", "\t", []))


@pytest.mark.skipif(not REAL.exists(), reason="the real rows are not beside this checkout")
def test_real_rows_are_read_without_leftover_escapes():
    posts = read_instagram(REAL)
    assert 10 <= len(posts) <= 15
    escape = re.compile(r"\\u[0-9a-f]{4}|\\U[0-9a-f]{8}")  # cells are cut short, also within one
    assert not any(escape.search(post.caption) for post in posts)
    assert all(post.brands for post in posts)
