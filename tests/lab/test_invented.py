"""Nothing in the invented world may be somebody's: compared with real data where it is at hand."""

import csv
import gzip
import json
import re
from pathlib import Path

import pytest

from tfw.lab.content import World
from tfw.lab.files import post_as_web_item
from tfw.lab.instagram_posts import invented_post

REAL = Path(__file__).resolve().parents[2] / "../shared/data"
POSTS = REAL / "tiktok-fashion-trends" / "posts.csv.gz"

needs_real_data = pytest.mark.skipif(
    not POSTS.exists(), reason="the folder of real data, ../shared/data, is not here"
)


def real_texts():
    with gzip.open(POSTS, "rt", encoding="utf-8", newline="") as lines:
        csv.field_size_limit(2**24)
        for row in csv.DictReader(lines):
            yield row["description"]
            yield row["comments_text"]


@pytest.fixture(scope="module")
def posts():
    return list(World(posts=1_500))


@needs_real_data
def test_no_caption_is_a_real_one(posts):
    real = {_plain(text) for text in real_texts()}
    captions = [_plain(post.description) for post in posts]
    captions += [_plain(invented_post(7, number).caption) for number in range(1_200)]
    assert not [text for text in captions if len(text) > 25 and text in real]


@needs_real_data
def test_no_handle_stands_in_real_data(posts):
    words = set()
    for text in real_texts():
        words |= set(re.findall(r"[a-z][a-z0-9._]{4,}", text.lower()))
    for path in REAL.glob("*/*.json"):
        words |= set(re.findall(r"[a-z][a-z0-9._]{4,}", path.read_text().lower()))
    handles = {post.account.handle for post in posts}
    handles |= {mention.handle for post in posts for mention in post.mentions}
    assert handles & words == set()


def test_every_address_leads_nowhere_but_to_the_site(posts):
    addresses = re.findall(
        r"https?://([^/\"]+)", json.dumps([post_as_web_item(post) for post in posts[:100]])
    )
    assert set(addresses) == {"media.standin.invalid"}


def _plain(text):
    return re.sub(r"[\s#]+", " ", text or "").strip().lower()
