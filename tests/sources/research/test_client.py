import asyncio
import json
import logging
import traceback
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.sources.research.labs import (
    CREDENTIALS,
    SCALE,
    client_for,
    lab_with,
    shown_ids,
    whole_world,
)
from tests.sources.samples import HIDE
from tfw.errors import SettingsError
from tfw.sources.research.answers import read_answer
from tfw.sources.research.client import ResearchClient, _page, _rows, checked_url, open_client
from tfw.sources.research.credentials import Credentials, CredentialsError
from tfw.sources.research.failures import (
    ApiDown,
    ApiUnavailable,
    EndpointClosed,
    QuotaReached,
    RequestRefused,
    SearchLost,
    Stopped,
)
from tfw.sources.research.pace import Pacer, Pause
from tfw.sources.research.quota import QuotaLedger

DATA = Path(__file__).resolve().parents[3] / "../shared/data/research-api"


def first_page(client, query, **options):
    return client.query_videos(
        query.body(query.start_date, query.end_date), query.fields, **options
    )


def public_account(lab):
    """An account with posts that the API shows."""
    shelf = lab.lab.shelf
    return next(
        post.account.handle
        for post in lab.lab.world
        if shelf.is_shown(post) and not post.account.private
    )


def some(endpoint, lab):
    """The rows of the first account that shows any."""
    for handle in dict.fromkeys(post.account.handle for post in lab.lab.world):
        try:
            if rows := endpoint(handle).rows:
                return rows
        except RequestRefused:
            continue  # it does not show them
    raise AssertionError("no account shows any")


def test_a_chain_of_pages_brings_every_video_once(store):
    with lab_with(150) as lab, client_for(lab, store) as client:
        query = whole_world(lab, max_count=20)
        rows, page = [], first_page(client, query)
        rows += page.rows
        while page.has_more:
            page = first_page(client, query, cursor=page.cursor, search_id=page.search_id)
            rows += page.rows
        assert [row["id"] for row in rows] == sorted(shown_ids(lab), reverse=True)
        assert page.cursor == 150
        assert len(page.log_id) == 34
        assert client.quota.today()["used"] == 8


def test_every_endpoint_answers(store):
    rules = {"public_likes_share": 1.0, "public_lists_share": 1.0}
    with lab_with(150, rules=rules) as lab, client_for(lab, store) as client:
        name = public_account(lab)
        user = client.user_info(name)
        assert user.rows[0]["username"] == name
        assert "follower_count" in user.rows[0]
        assert {"username"} <= set(some(client.followers, lab)[0])
        assert {"username"} <= set(some(client.following, lab)[0])
        assert client.quota.today("follow")["used"] >= 2
        for endpoint in (client.liked_videos, client.pinned_videos, client.reposted_videos):
            assert some(endpoint, lab)[0]["id"].isdigit()
        shop = client.shops("a").rows or client.shops("e").rows
        products = client.products(shop[0]["shop_id"])
        assert products.rows
        reviews = client.reviews(products.rows[0]["product_id"])
        assert reviews.cursor == 2
        ids = sorted(shown_ids(lab))[:3]
        task = client.create_validation_task([*ids, "7000000000000000001"], "video")
        while client.validation_status(task) == "Processing":
            continue
        assert sorted(client.download_validation(task)) == ids


def test_comments_and_replies_come_with_their_ids_as_text(store):
    with lab_with(150) as lab, client_for(lab, store) as client:
        shelf = lab.lab.shelf
        post = max((p for p in lab.lab.world if shelf.is_shown(p)), key=lambda p: p.comments)
        page = client.comments(post.id)
        assert {row["video_id"] for row in page.rows} == {post.id}
        parent = next(row for row in page.rows if row.get("reply_count"))
        replies = client.replies(parent["id"])
        assert {row["parent_comment_id"] for row in replies.rows} == {parent["id"]}


def test_a_playlist_that_answers_500_is_read(store):
    with lab_with(300, faults=[{"kind": "good_500"}]) as lab, client_for(lab, store) as client:
        shelf = lab.lab.shelf
        playlist = next(
            id_
            for post in lab.lab.world
            if shelf.is_shown(post) and (id_ := shelf.playlist_id(post))
        )
        page = client.playlist(playlist)
        assert page.data["playlist_id"] == playlist
        assert page.attempts == 1


@pytest.mark.parametrize(
    ("fault", "waits"),
    [
        ({"kind": "internal_error", "times": 3}, [30, 60, 90]),
        ({"kind": "timeout", "times": 1}, [30]),
        ({"kind": "html_page", "times": 1}, [30]),
        ({"kind": "truncated_json", "times": 1}, [30]),
        ({"kind": "connection_reset", "times": 2}, [30, 60]),
        ({"kind": "unavailable", "times": 1}, [30]),
        ({"kind": "something_wrong", "times": 1}, [30]),
        ({"kind": "rate_limited", "times": 2}, [5, 10]),
        ({"kind": "token_expires", "times": 1}, [0]),
        ({"kind": "good_500", "times": 1}, []),
    ],
)
def test_a_passing_fault_is_waited_out(store, fault, waits):
    seen: list[float] = []
    fault = {**fault, "endpoints": ["video/query"]}
    with lab_with(50, faults=[fault]) as lab, client_for(lab, store, waits=seen) as client:
        page = first_page(client, whole_world(lab))
        assert {row["id"] for row in page.rows} == shown_ids(lab)
        assert seen == waits
        assert client.quota.today()["used"] == page.attempts
        assert lab.lab.ledger.days().popitem()[1]["normal"] <= page.attempts


@pytest.mark.parametrize("kind", ["search_id_rejected", "cursor_rejected"])
def test_a_search_id_that_is_not_ready_is_asked_for_again(store, kind):
    seen: list[float] = []
    fault = {"kind": kind, "times": 3, "each": "page"}
    with lab_with(50, faults=[fault]) as lab, client_for(lab, store, waits=seen) as client:
        query = whole_world(lab, max_count=30)
        page = first_page(client, query)
        again = first_page(client, query, cursor=page.cursor, search_id=page.search_id)
        assert len(page.rows) + len(again.rows) == len(shown_ids(lab))
        assert seen == [5, 10, 15]


def test_a_search_id_that_stays_invalid_is_lost(store):
    with lab_with(50) as lab, client_for(lab, store) as client:
        with pytest.raises(SearchLost) as caught:
            first_page(client, whole_world(lab, max_count=20), cursor=20, search_id="123456789")
        assert caught.value.attempts == 6


def test_lasting_trouble_ends_after_five_tries_that_all_count(store):
    with (
        lab_with(50, faults=[{"kind": "internal_error", "endpoints": ["video/query"]}]) as lab,
        client_for(lab, store) as client,
        pytest.raises(ApiUnavailable) as caught,
    ):
        first_page(client, whole_world(lab))
    assert caught.value.attempts == 5
    assert client.quota.today()["used"] == 5


def test_without_a_token_the_run_pauses(store):
    with (
        lab_with(50, faults=[{"kind": "internal_error", "endpoints": ["oauth/token"]}]) as lab,
        client_for(lab, store) as client,
        pytest.raises(ApiDown, match="no access token after 6 tries"),
    ):
        first_page(client, whole_world(lab))
    assert store.count("quota") == 0


def test_a_slow_answer_is_a_time_out(store):
    fault = {"kind": "slow", "seconds": 1.5, "times": 1, "endpoints": ["video/query"]}
    with (
        lab_with(50, faults=[fault]) as lab,
        client_for(lab, store, timeout=0.5) as client,
    ):
        assert first_page(client, whole_world(lab)).attempts == 2


def test_the_daily_429_stops_at_once_and_for_every_client(store):
    with (
        lab_with(50, limits={"normal": 2}) as lab,
        client_for(lab, store) as client,
        client_for(lab, store) as other,
    ):
        query = whole_world(lab)
        first_page(client, query)
        first_page(client, query)
        with pytest.raises(QuotaReached, match="00:05 UTC"):
            first_page(client, query)
        asked = len(lab.lab.log.calls("video/query"))
        with pytest.raises(QuotaReached):
            first_page(other, query)
        assert len(lab.lab.log.calls("video/query")) == asked


def test_a_request_that_is_wrong_is_made_once(store):
    with lab_with(50) as lab, client_for(lab, store) as client:
        with pytest.raises(RequestRefused, match="cannot find the user"):
            client.user_info("nobody_at_all")
        assert client.quota.today()["used"] == 1


def test_an_endpoint_that_is_closed_is_told_apart(store):
    fault = {"kind": "scope_not_authorized", "endpoints": ["user/followers"]}
    with lab_with(50, faults=[fault]) as lab, client_for(lab, store) as client:
        with pytest.raises(EndpointClosed, match="Ask TikTok for access"):
            client.followers(public_account(lab))
        assert client.user_info(public_account(lab)).rows


def test_a_field_that_the_api_does_not_know_any_more_is_left_out(store, caplog):
    with (
        lab_with(50, faults=[{"kind": "unknown_field", "field": "voice_to_text"}]) as lab,
        client_for(lab, store) as client,
    ):
        query = whole_world(lab)
        assert first_page(client, query).attempts == 2
        assert first_page(client.for_run(), query).attempts == 1
    assert "voice_to_text" in caplog.text


def test_a_token_is_renewed_before_it_ends(store):
    rules = {"token_seconds": 600}
    with lab_with(50, rules=rules) as lab, client_for(lab, store) as client:
        client._caller._tokens._clock = lambda: lab.lab.clock.now().timestamp()
        first_page(client, whole_world(lab))
        first_page(client, whole_world(lab))
        assert lab.lab.tokens.given == 1
        lab.advance(timedelta(seconds=301))
        assert first_page(client, whole_world(lab)).attempts == 1
        assert lab.lab.tokens.given == 2


def test_wrong_credentials_are_one_clear_message_before_any_request(store, caplog):
    caplog.set_level(logging.DEBUG)
    wrong = Credentials(SecretStr("lab-key"), SecretStr("wr0ng-secret"), "params/credentials.ini")
    with lab_with(50) as lab:
        client = ResearchClient(
            wrong, quota=QuotaLedger(store, wrong.id), base_url=lab.url, pause=Pause(SCALE)
        )
        with client, pytest.raises(CredentialsError, match=r"params/credentials\.ini") as caught:
            first_page(client, whole_world(lab))
        assert not lab.lab.log.calls("video/query")
    shown = "".join(traceback.format_exception(caught.value)) + caplog.text + repr(client)
    assert "wr0ng-secret" not in shown
    assert store.count("quota") == 0


def test_neither_token_nor_secret_is_logged(store, caplog):
    caplog.set_level(logging.DEBUG)
    with (
        lab_with(50, faults=[{"kind": "internal_error", "times": 1}]) as lab,
        client_for(lab, store) as client,
    ):
        first_page(client, whole_world(lab))
        token = client._caller._tokens.get(client.pause).get_secret_value()
    assert "lab-secret" not in caplog.text
    assert token not in caplog.text


def test_a_stopped_run_begins_no_request_and_leaves_the_client_usable(store):
    with lab_with(50) as lab, client_for(lab, store) as client:
        run = client.for_run()
        run.pause.stop()
        with pytest.raises(Stopped):
            first_page(run, whole_world(lab))
        assert not lab.lab.log.calls("video/query")
        assert first_page(client, whole_world(lab)).rows


def test_it_works_inside_a_running_event_loop(store):
    with lab_with(50) as lab, client_for(lab, store) as client:

        async def cell() -> int:
            return len(first_page(client, whole_world(lab)).rows)

        assert asyncio.run(cell()) == len(shown_ids(lab))


def test_requests_do_not_come_faster_than_allowed():
    class Waits(Pause):
        def __init__(self) -> None:
            super().__init__()
            self.seen: list[int] = []

        def exactly(self, seconds: float) -> None:
            self.seen.append(round(seconds, -2))

    pacer, pause = Pacer(0.001), Waits()
    for _ in range(4):
        pacer.wait(pause)
    assert pause.seen == [0, 1000, 2000, 3000]


@pytest.mark.parametrize("url", ["http://open.tiktokapis.com", "ftp://x", "nonsense"])
def test_secrets_are_sent_to_https_or_this_machine_only(url):
    with pytest.raises(SettingsError, match="https"):
        checked_url(url)


def test_the_environment_names_the_lab(store, monkeypatch):
    monkeypatch.setenv("TFW_RESEARCH_CLIENT_KEY", "lab-key")
    monkeypatch.setenv("TFW_RESEARCH_CLIENT_SECRET", "lab-secret")
    with lab_with(50) as lab:
        monkeypatch.setenv("TFW_RESEARCH_API_URL", lab.url)
        with open_client(store) as client:
            assert first_page(client, whole_world(lab)).rows


@pytest.mark.skipif(not DATA.is_dir(), reason="the real pages are not on this machine")
def test_real_pages_pass_through_client_and_store_with_exact_ids(store):
    import httpx

    from tfw.sources.research import endpoints as ends
    from tfw.sources.research.rows import read_comments, read_rows

    def real(name, endpoint):
        content = (DATA / name).read_bytes()
        answer = read_answer(httpx.Response(200, content=content), endpoint)
        return _page(answer, _rows(answer, endpoint), 1), json.loads(content)["data"]

    for name in ("videos-page.json", "videos-with-nul.json"):
        page, raw = real(name, ends.VIDEOS)
        posts, unreadable = read_rows(page.rows, page.received_at, "real")
        store.upsert_posts(posts)
        assert unreadable == 0
        assert page.search_id == raw["search_id"]
        for row in raw["videos"]:
            stored = store.get("posts", str(row["id"]))
            assert stored["author"]["name"] == row["username"].replace("\0", "")
            assert stored["stats"].get("likes") == row.get("like_count")
            if row.get("music_id"):
                assert stored["music"]["id"] == str(row["music_id"])

    page, raw = real("comments-page.json", ends.COMMENTS)
    store.upsert_comments(read_comments(page.rows, page.received_at, HIDE))
    ids = {found["_id"] for found in store.database["comments"].find()}
    assert ids == {str(row["id"]) for row in raw["comments"]}
    assert CREDENTIALS.id
