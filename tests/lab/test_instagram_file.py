import csv
import gzip
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tfw.errors import InputError
from tfw.lab.instagram import COLUMNS, demo_file, escaped, instagram_rows, write_instagram_file
from tfw.lab.instagram_posts import NOT_FASHION, brand_categories, instagram_phrases, invented_post
from tfw.relevance.instagram import read_instagram

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def rows():
    return [dict(zip(COLUMNS, row, strict=True)) for row in instagram_rows()]


def test_the_committed_file_is_what_its_script_makes(tmp_path):
    made = tmp_path / "made.tab.gz"
    script = REPOSITORY / "scripts" / "make_instagram_demo.py"
    subprocess.run([sys.executable, script, made], check=True, capture_output=True)
    assert gzip.decompress(made.read_bytes()) == gzip.decompress(demo_file().read_bytes())
    assert demo_file().stat().st_size < 400_000


def test_the_layout_has_33_columns_and_a_blank_in_one_name(rows):
    assert len(COLUMNS) == 33
    assert "Comments " in COLUMNS
    assert all(len(row) == 33 for row in rows)


def test_about_1500_rows_are_about_1200_posts(rows):
    assert len(rows) == 1_500
    assert 1_150 < len({row["UserId"] for row in rows}) < 1_300


def test_a_post_stands_under_several_brands_and_twice_with_other_likes(rows):
    by_post = {}
    for row in rows:
        by_post.setdefault(row["UserId"], []).append(row)
    assert any(len({row["BrandName"] for row in same}) > 1 for same in by_post.values())
    twice = [
        same
        for same in by_post.values()
        if max(Counter(row["BrandName"] for row in same).values()) > 1
    ]
    assert twice
    assert all(len({row["Likes"] for row in same}) > 1 for same in twice)


def test_every_cell_is_ascii_with_literal_escapes(rows):
    captions = [row["Caption"] for row in rows]
    assert all(str(value).isascii() for row in rows for value in row.values())
    assert any(r"\U0001f4" in caption for caption in captions)
    assert any(r"\u30" in caption for caption in captions)
    assert any(r"\n.\n" in caption for caption in captions)
    assert any(r"\u" in row["Hashtags"] for row in rows)


def test_the_habits_of_the_genuine_file_are_there(rows):
    captions = [row["Caption"] for row in rows]
    assert any(caption.startswith('u"') for caption in captions)
    assert any("@00000" in caption for caption in captions)
    assert any(row["Hashtags"] == "" for row in rows)
    assert all(isinstance(row["Followers"], float) for row in rows)
    assert {row["BrandName"] for row in rows} == set(brand_categories())
    assert Counter(brand_categories().values()) == {
        "High street": 13, "Designer": 19, "Mega couture": 8, "Small couture": 8,
    }  # fmt: skip


def test_the_emotions_of_a_face_add_up_to_one(rows):
    emotions = COLUMNS[COLUMNS.index("Anger") :]
    sums = {round(sum(row[name] for name in emotions), 3) for row in rows}
    assert sums == {0.0, 1.0}


def test_every_theme_has_its_share():
    themes = Counter(invented_post(7, number).theme for number in range(1_200))
    assert set(themes) == set(instagram_phrases().themes)
    assert min(themes.values()) > 50
    assert 80 < themes[NOT_FASHION] < 180


def test_ordinary_words_are_common_enough_to_mislead(rows):
    captions = [row["Caption"].lower() for row in rows]
    for word in ("the", "one", "please", "follow", "model", "link in bio"):
        assert sum(bool(re.search(rf"\b{word}\b", text)) for text in captions) > 20, word


def test_apostrophes_bring_the_wrapper_of_a_printed_text():
    assert escaped("it's 👗") == 'u"it\'s \\U0001f457"'
    assert escaped("plain\nñ") == "plain\\n\\xf1"


@pytest.mark.parametrize("name", ["a.tab", "a.csv", "a.tab.gz", "a.csv.gz", "a.xlsx"])
def test_every_layout_is_read_alike(tmp_path, name):
    path = tmp_path / name
    write_instagram_file(path, rows=120, seed=3)
    reference = tmp_path / "reference.csv"
    write_instagram_file(reference, rows=120, seed=3)
    assert read_instagram(path) == read_instagram(reference)


def test_the_rows_may_be_on_the_second_sheet(tmp_path):
    path = tmp_path / "fashion data on Instagram.xlsx"
    write_instagram_file(path, rows=40, first_sheet="notes")
    book = load_workbook(path, read_only=True)
    names = book.sheetnames
    book.close()
    assert names == ["notes", "fashion data on Instagram"]
    assert read_instagram(path)


def test_the_reader_finds_every_post_with_its_brands_and_words(rows):
    posts = read_instagram(demo_file())
    assert len(posts) == len({row["UserId"] for row in rows})
    assert any(len(post.brands) > 1 for post in posts)
    assert any("👗" in post.caption or "👟" in post.caption for post in posts)


def test_the_text_layouts_differ_in_their_separator_only(tmp_path):
    read = []
    for name, mark in (("a.tab", "\t"), ("a.csv", ",")):
        write_instagram_file(tmp_path / name, rows=30)
        with (tmp_path / name).open(newline="") as file:
            read.append(list(csv.reader(file, delimiter=mark)))
    assert read[0] == read[1]
    assert len(read[0]) == 31


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(InputError, match="the layouts are"):
        write_instagram_file(tmp_path / "a.json")
