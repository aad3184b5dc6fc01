import gzip
import json

import pyarrow
import pyarrow.parquet
import pytest

from tests.sources.samples import (
    api_page,
    as_csv,
    as_ndjson,
    comment,
    feed,
    fourcat_comment,
    fourcat_post,
    item,
    pyktok_row,
    saved_page,
    universal_page,
    video,
    write,
    zeeschuimer_record,
)
from tfw.errors import FileFormatError
from tfw.sources.recognition import check_format, recognise_format

PAGE = universal_page({"itemInfo": {"itemStruct": item()}, "statusCode": 0})
OTHER = {"id": "1", "text": "x"}
FILES = {
    "feed": ("web-items", json.dumps(feed([item()]))),
    "pages": ("web-items", as_ndjson([feed([item(0)]), feed([item(1)])])),
    "list of pages": ("web-items", json.dumps([feed([item(0)]), feed([item(1)])], indent=1)),
    "browse": ("web-items", json.dumps({"videoList": {"items": [], "cursor": 0}})),
    "page": ("web-items", json.dumps(PAGE)),
    "saved page": ("web-items", saved_page(PAGE)),
    "bare items": ("web-items", as_ndjson([item(0), item(1)])),
    "comments": ("web-items", json.dumps({"comments": [comment()], "has_more": 0})),
    "no comments": ("web-items", json.dumps({"comments": None, "has_more": 0})),
    "videos": ("research-api", json.dumps(api_page([video()]))),
    "api pages": ("research-api", as_ndjson([api_page([video(0)]), api_page([video(1)])])),
    "error": ("research-api", json.dumps({"data": {}, "error": {"code": "x", "log_id": "y"}})),
    "videos as rows": ("research-api", as_ndjson([video(0), video(1)])),
    "videos as csv": ("research-api", as_csv([video(0)])),
    "posts of 4cat": ("4cat-posts", as_csv([fourcat_post()])),
    "posts of 4cat in Excel": ("4cat-posts", "\ufeff" + as_csv([fourcat_post()], delimiter=";")),
    "posts of 4cat as json": ("4cat-posts", json.dumps([fourcat_post()])),
    "comments of 4cat": ("4cat-comments", as_csv([fourcat_comment()])),
    "pyktok": ("pyktok", as_csv([pyktok_row()])),
    "comments of pyktok": ("pyktok", as_csv([comment()])),
    "zeeschuimer": ("zeeschuimer", as_ndjson([zeeschuimer_record(item())] * 2)),
    "zeeschuimer, one": ("zeeschuimer", as_ndjson([zeeschuimer_record(item())])),
    "after others": ("web-items", as_ndjson([{"statusCode": 1}, OTHER, feed([item()])])),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_format_is_recognised_by_its_content(tmp_path, name, packed):
    expected, text = FILES[name]
    path = tmp_path / "export.dat"
    content = text.encode()
    path.write_bytes(gzip.compress(content) if packed else content)
    assert recognise_format(path) == expected


def test_the_suffix_does_not_matter(tmp_path):
    path = write(tmp_path / "posts.csv", json.dumps(feed([item()])))
    assert recognise_format(path) == "web-items"


def test_a_tools_table_is_recognised_in_parquet_too(tmp_path):
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([fourcat_post()]), path)
    assert recognise_format(path) == "4cat-posts"


def test_a_cut_file_is_still_recognised(tmp_path):
    text = json.dumps(feed([item(number) for number in range(5)]))
    assert recognise_format(write(tmp_path / "a.json", text[: len(text) // 2])) == "web-items"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Dear reader,\nthis is a letter, and no data.\n", "plain text of an unknown kind"),
        ("one,two\n1,2\n", "a table of an unknown kind, with the columns one, two"),
        ('{"foo": {"bar": 1}}', "with the columns foo, foo.bar"),
        ("[1, 2, 3]", "JSON of an unknown kind"),
        ('{"cut', "JSON of an unknown kind"),
        ("id,thread_id,body,author,likes\n1,1,a,b,2\n", "a table of an unknown kind"),
    ],
)
def test_an_unknown_file_is_described_and_the_formats_are_listed(tmp_path, text, seen):
    with pytest.raises(FileFormatError) as caught:
        recognise_format(write(tmp_path / "a.txt", text))
    message = str(caught.value)
    assert message.startswith("a.txt is ")
    assert seen in message
    assert "web-items, research-api, 4cat-posts" in message
    assert "column map" in message


@pytest.mark.parametrize(
    "page", ["<html><body>Please wait...</body></html>", "<!DOCTYPE html><title>Log in</title>"]
)
def test_a_page_without_data_is_described(tmp_path, page):
    with pytest.raises(FileFormatError, match=r"a\.html is an HTML page without TikTok's data"):
        recognise_format(write(tmp_path / "a.html", page))


def test_an_unknown_name_of_a_format_gives_the_likeliest():
    check_format("pyktok")
    with pytest.raises(FileFormatError, match=r"no format 'zeschuimer'\. Did you mean zeeschuimer"):
        check_format("zeschuimer")
    with pytest.raises(FileFormatError, match="There are: web-items"):
        check_format("???")
