"""`video/query`: its checks, its language, its pages."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.lab.research_api import EVERY, NOON, eq, is_in, serving
from tfw.lab.content import World
from tfw.lab.research_clock import Clock
from tfw.lab.research_fields import VIDEO_FIELDS, length_of

MONTH = {"start": "20260901", "end": "20260930"}
BODY = {"query": EVERY, "start_date": "20260901", "end_date": "20260901"}


@pytest.fixture
def api(shared_api):
    return shared_api


def refused(api, *, fields="id", **changes):
    """The message of a request that is not as it should be; a None leaves the key out."""
    body = {key: value for key, value in {**BODY, **changes}.items() if value is not None}
    status, code, message = api.error("video/query", body, fields)
    assert (status, code) == (400, "invalid_params")
    return message


def one(api):
    """A post of the month that is shown, has hashtags, a sound and a long caption."""
    posts = api.posts("20260901", "20260930")
    return next(p for p in posts if p.hashtags and p.music and p.effects and len(p.description) > 9)


@pytest.mark.parametrize("fields", [None, "", " , "])
def test_fields_are_required(api, fields):
    assert "fields" in refused(api, fields=fields)


def test_an_unknown_field_is_refused_and_so_is_the_british_spelling(api):
    assert "colour is not a valid field" in refused(api, fields="id,colour")
    assert "favourites_count" in refused(api, fields="id,favourites_count")


def test_blanks_after_commas_are_tolerated(api):
    assert api.query(fields="id, username , like_count").status_code == 200


@pytest.mark.parametrize("query", [None, {}, {"and": []}, {"and": [], "or": [], "not": []}, "x"])
def test_a_query_without_a_condition_is_refused(api, query):
    assert "query" in refused(api, query=query)


@pytest.mark.parametrize(
    ("condition", "named"),
    [
        (eq("keyword", "a", "b"), "exactly one"),
        (eq("view_count", "1", "2", operation="GT"), "exactly one"),
        (eq("keyword"), "field_values"),
        (eq("keyword", 5), "field_values"),
        ({"operation": "EQ", "field_name": "keyword", "field_values": "a"}, "field_values"),
        (eq("colour", "red"), "unknown field_name colour"),
        (eq("keyword", "a", operation="LIKE"), "unknown operation LIKE"),
        (eq("keyword", "a", operation="GT"), "does not apply to keyword"),
        (eq("region_code", "UK"), "UK is not a valid region_code"),
        (eq("region_code", "gb"), "gb is not a valid region_code"),
        (eq("video_length", "TINY"), "TINY is not a valid video_length"),
        (eq("view_count", "many"), "many is not a valid view_count"),
        (eq("video_id", "12x"), "12x is not a valid video_id"),
        (eq("create_date", "20260231"), "20260231 is not a day"),
        (eq("keyword", " "), "not a valid keyword"),
        ("keyword", "must be an object"),
    ],
)
def test_a_wrong_condition_is_refused(api, condition, named):
    assert named in refused(api, query={"and": [condition]})
    assert named in refused(api, query={"or": [eq("keyword", "a")], "not": [condition]})


def test_an_unknown_list_is_refused(api):
    assert "unknown key any" in refused(api, query={"any": [eq("keyword", "a")]})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"start_date": None}, "start_date"),
        ({"end_date": None}, "end_date"),
        ({"start_date": "2026-09-01"}, "format YYYYMMDD"),
        ({"start_date": 20260901}, "format YYYYMMDD"),
        ({"end_date": "20260931"}, "20260931 is not a day"),
        ({"start_date": "20260902"}, "start_date is after end_date"),
        ({"end_date": "20261002"}, "longer than 30 days"),
        ({"max_count": 0}, "max_count"),
        ({"max_count": 101}, "max_count"),
        ({"max_count": "ten"}, "max_count"),
        ({"is_random": "yes"}, "is_random"),
        ({"search_id": [1]}, "search_id"),
    ],
)
def test_a_wrong_body_is_refused(api, changes, named):
    assert named in refused(api, **changes)


def test_thirty_one_calendar_days_are_allowed(api):
    assert api.query(start="20260901", end="20261001").status_code == 200


def test_every_mistake_of_a_request_costs_a_call(fresh_api):
    refused(fresh_api, query=None)
    assert fresh_api.running.state()["ledger"]["2026-11-21"]["normal"] == 1


def test_a_cursor_needs_a_search_id_and_one_within_the_results(api):
    assert refused(api, cursor=100) == "Invalid count or cursor"
    assert refused(api, cursor=-1) == "Invalid count or cursor"
    search_id = api.query().json()["data"]["search_id"]
    assert refused(api, cursor=10_000, search_id=search_id) == "Invalid count or cursor"


def test_a_failed_cursor_has_no_data_at_all(api):
    assert "data" not in api.query(cursor=100).json()


def test_an_unknown_search_id_and_one_of_another_query_are_refused(api):
    assert refused(api, search_id="123") == "Search Id 123 is invalid or expired"
    search_id = api.query().json()["data"]["search_id"]
    other = {"and": [eq("keyword", "a")]}
    expected = f"Search Id {search_id} is invalid or expired"
    assert refused(api, query=other, search_id=search_id, cursor=1) == expected
    assert refused(api, end_date="20260902", search_id=search_id, cursor=1) == expected


def test_a_search_id_ends_after_an_hour(fresh_api):
    data = fresh_api.query(**MONTH).json()["data"]
    more = {"cursor": data["cursor"], "search_id": data["search_id"], **MONTH}
    fresh_api.running.advance(timedelta(minutes=59))
    assert fresh_api.query(**more).status_code == 200
    fresh_api.running.advance(timedelta(minutes=1))
    assert "is invalid or expired" in fresh_api.query(**more).json()["error"]["message"]


def test_a_search_id_carries_its_second(api):
    search_id = api.query().json()["data"]["search_id"]
    assert int(search_id) >> 32 == int(NOON.timestamp())


def test_null_and_text_are_read_as_clients_send_them(api):
    data = api.query(cursor=None, search_id=None, **MONTH).json()["data"]
    more = {"cursor": str(data["cursor"]), "search_id": data["search_id"], **MONTH}
    assert api.query(**more).json()["data"]["cursor"] == 200


def test_all_pages_together_are_the_posts_that_are_shown(api):
    assert api.ids(**MONTH) == [int(post.id) for post in api.posts("20260901", "20260930")]


def test_one_search_id_serves_all_pages(api):
    first = api.query(**MONTH).json()["data"]
    more = {"cursor": first["cursor"], "search_id": first["search_id"]}
    assert api.query(**MONTH, **more).json()["data"]["search_id"] == first["search_id"]


def test_the_cursor_counts_candidates_and_the_last_one_is_their_number(api):
    world = api.lab.world
    first, last = (datetime(2026, 9, day, tzinfo=UTC) for day in (1, 4))
    candidates = [
        p for p in map(world.post, world.posts_between(first, last))
        if not api.lab.shelf.is_canadian(p.account)
    ]  # fmt: skip
    window = {"start": "20260901", "end": "20260903"}
    cursors, state, rows, more = [], {}, 0, True
    while more:
        data = api.query(max_count=30, **window, **state).json()["data"]
        state = {"cursor": data["cursor"], "search_id": data["search_id"]}
        cursors.append(data["cursor"])
        rows, more = rows + len(data["videos"]), data["has_more"]
    total = len(candidates)
    assert cursors == [*range(30, total, 30), total]
    assert rows < total


def test_about_a_third_of_the_candidates_are_gone(api):
    rows, cursor, state, more = 0, 0, {}, True
    while more:
        data = api.query(start="20260901", end="20261001", **state).json()["data"]
        rows, cursor, more = rows + len(data["videos"]), data["cursor"], data["has_more"]
        state = {"cursor": cursor, "search_id": data["search_id"]}
    assert 0.58 < rows / cursor < 0.72


def test_no_gone_share_leaves_out_only_what_the_world_deleted():
    with serving(rules={"gone_share": 0, "canada_share": 0}) as api:
        world = api.lab.world
        first, last = (datetime(2026, 9, day, tzinfo=UTC) for day in (1, 2))
        public = [p for p in map(world.post, world.posts_between(first, last)) if p.public]
        assert api.ids() == [int(post.id) for post in reversed(public)]


def test_no_page_is_larger_than_asked_and_twenty_is_the_default(api):
    assert len(api.query(max_count=5).json()["data"]["videos"]) <= 5
    data = api.data("video/query", BODY, "id")
    assert data["cursor"] == 20


def test_a_search_without_a_match_has_no_search_id(api):
    data = api.query({"and": [eq("keyword", "~none~")]}).json()["data"]
    assert data == {"videos": [], "cursor": 0, "has_more": False}


def test_both_ends_of_a_window_are_included(api):
    rows = api.videos(fields="id,create_time", start="20260902", end="20260903")
    days = {datetime.fromtimestamp(row["create_time"], UTC).day for row in rows}
    assert days == {2, 3}


def test_videos_younger_than_two_days_are_not_found():
    world = World(posts=3_000)
    now = world.end - timedelta(hours=6)
    with serving(world, clock=Clock(now, frozen=True)) as api:
        window = {"start": "20261025", "end": "20261031"}
        newest = max(r["create_time"] for r in api.videos(fields="create_time", **window))
        assert now - timedelta(hours=54) < datetime.fromtimestamp(newest, UTC)
        assert datetime.fromtimestamp(newest, UTC) <= now - timedelta(hours=48)
        before = api.ids(**window)
        api.running.advance(timedelta(hours=3))
        api.take_token()
        assert set(before) < set(api.ids(**window))


def test_the_embargo_can_be_lifted():
    world = World(posts=3_000)
    with serving(world, clock=Clock(world.end, frozen=True), rules={"embargo_hours": 0}) as api:
        assert api.ids(start="20261031", end="20261031")


def test_canadian_accounts_are_hidden_everywhere(api):
    world, shelf = api.lab.world, api.lab.shelf
    canadian = next(world.account(n) for n in range(500) if shelf.is_canadian(world.account(n)))
    assert api.videos({"and": [eq("username", canadian.handle)]}, **MONTH) == []
    assert api.videos({"and": [eq("region_code", "CA")]}, **MONTH) == []
    message = api.error("user/info", {"username": canadian.handle}, "display_name")[2]
    assert message == "API cannot return this user's information"


def test_a_world_of_canadians_is_empty():
    with serving(rules={"canada_share": 1}) as api:
        assert api.videos(**MONTH) == []


def test_a_row_has_only_the_fields_asked_for_that_have_a_value(api):
    everything = ",".join(sorted(VIDEO_FIELDS))
    rows = api.videos(fields=everything, **MONTH)
    assert {"id", "hashtag_names", "video_description"} <= set.intersection(*map(set, rows))
    keys = set().union(*rows)
    assert keys < VIDEO_FIELDS
    assert {"playlist_id", "effect_info_list", "voice_to_text", "music_id"} <= keys
    assert any("music_id" not in row for row in rows)
    assert None not in [value for row in rows for value in row.values()]
    assert set(api.videos(fields="id,like_count")[0]) == {"id", "like_count"}


def test_the_order_of_keys_varies_but_not_between_two_calls(api):
    fields = "id,username,create_time,view_count,share_count"
    rows = api.videos(fields=fields)
    assert len({tuple(row) for row in rows}) > 3
    assert [tuple(row) for row in rows] == [tuple(row) for row in api.videos(fields=fields)]


def test_ids_are_above_what_a_float_holds(api):
    assert all(row > 2**53 for row in api.ids())


def found(api, condition):
    """Whether exactly the posts that a condition should meet are found."""
    return set(api.ids({"and": [condition]}, **MONTH))


def expected(api, test):
    return {int(post.id) for post in api.posts("20260901", "20260930") if test(post)}


def test_keywords_are_found_inside_words_whatever_their_case(api):
    assert found(api, eq("keyword", "RESS")) == expected(
        api, lambda p: "ress" in p.description.casefold()
    )
    assert found(api, is_in("keyword", "coat", "bag")) == expected(
        api, lambda p: "coat" in p.description.casefold() or "bag" in p.description.casefold()
    )


def test_hashtags_are_compared_whole_whatever_their_case(api):
    tag = one(api).hashtags[0]
    assert found(api, eq("hashtag_name", tag.upper())) == expected(api, lambda p: tag in p.hashtags)
    assert found(api, eq("hashtag_name", f"#{tag}")) == set()


def test_names_and_ids_are_compared_exactly(api):
    post = one(api)
    name = post.account.handle
    assert found(api, eq("username", name)) == expected(api, lambda p: p.account.handle == name)
    assert found(api, is_in("video_id", post.id, "123")) == {int(post.id)}
    music = post.music.id
    assert found(api, eq("music_id", music)) == expected(
        api, lambda p: p.music and p.music.id == music
    )
    effect = post.effects[0]
    assert found(api, eq("effect_id", effect)) == expected(api, lambda p: effect in p.effects)


def test_regions_and_lengths_are_words(api):
    assert found(api, is_in("region_code", "US", "GB")) == expected(
        api, lambda p: p.region in ("US", "GB")
    )
    for word in ("SHORT", "MID", "LONG", "EXTRA_LONG"):
        assert found(api, eq("video_length", word)) == expected(
            api, lambda p, word=word: length_of(p.duration) == word
        )


@pytest.mark.parametrize(
    ("seconds", "word"),
    [(0, "SHORT"), (14, "SHORT"), (15, "MID"), (60, "MID"), (61, "LONG"), (300, "LONG"),
     (301, "EXTRA_LONG")],
)  # fmt: skip
def test_the_limits_of_lengths(seconds, word):
    assert length_of(seconds) == word


def test_numbers_and_dates_are_ordered(api):
    assert found(api, eq("comment_count", "10", operation="GT")) == expected(
        api, lambda p: p.comments > 10
    )
    assert found(api, eq("comment_count", "0")) == expected(api, lambda p: p.comments == 0)
    assert found(api, eq("view_count", "9000", operation="LTE")) == expected(
        api, lambda p: p.plays <= 9_000
    )
    assert found(api, eq("create_date", "20260910", operation="GTE")) == expected(
        api, lambda p: p.created_at.day >= 10
    )
    assert found(api, eq("create_date", "20260910", operation="LT")) == expected(
        api, lambda p: p.created_at.day < 10
    )
    assert found(api, is_in("create_date", "20260910", "20260912")) == expected(
        api, lambda p: p.created_at.day in (10, 12)
    )


def test_and_or_not_are_combined(api):
    query = {
        "and": [eq("keyword", "a"), is_in("region_code", "US", "DE")],
        "or": [eq("keyword", "bag"), eq("keyword", "coat")],
        "not": [eq("video_length", "LONG")],
    }
    found = set(api.ids(query, **MONTH))
    assert found == expected(
        api,
        lambda p: (
            p.region in ("US", "DE")
            and any(word in p.description.casefold() for word in ("bag", "coat"))
            and length_of(p.duration) != "LONG"
        ),
    )
    assert found


def test_a_random_sample_is_another_one_at_each_call(api):
    first, second = (api.query(is_random=True, **MONTH).json()["data"] for _ in range(2))
    ids = [{row["id"] for row in data["videos"]} for data in (first, second)]
    shown = {int(post.id) for post in api.posts("20260901", "20260930")}
    assert ids[0] != ids[1]
    assert ids[0] | ids[1] <= shown
    assert first["has_more"]
    small = api.query(is_random=True, max_count=100).json()["data"]
    assert not small["has_more"]


def test_a_large_world_is_searched_once_and_not_kept():
    with serving(World(posts=100_000)) as api:
        data = api.query(start="20260901", end="20260902").json()["data"]
        more = {"cursor": data["cursor"], "search_id": data["search_id"]}
        made = api.lab.shelf.post.cache_info().misses
        api.query(start="20260901", end="20260902", **more)
        assert api.lab.shelf.post.cache_info().misses == made
        assert api.lab.shelf.post.cache_info().maxsize < 10_000
