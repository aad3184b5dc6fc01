"""What the API tells of an account: profile, lists of posts, follow lists, playlists."""

import pytest

from tests.lab.research_api import eq, serving
from tfw.lab.content import World
from tfw.lab.research_follows import FollowGraph
from tfw.lab.things import WorldAccount

USER_ENDPOINTS = (
    "user/info", "user/liked_videos", "user/pinned_videos", "user/reposted_videos",
    "user/followers", "user/following",
)  # fmt: skip
PROFILE = "display_name,bio_description,avatar_url,is_verified,follower_count,likes_count,bio_url"


@pytest.fixture
def api(shared_api):
    return shared_api


def pages(api, endpoint, name, account: WorldAccount, **more):
    """The rows of every page of a list, and how many pages there were."""
    rows, cursor, count, has_more = [], None, 0, True
    fields = "id,create_time,username" if "videos" in endpoint else None
    while has_more:
        body = {"username": account.handle, **more} | ({"cursor": cursor} if count else {})
        data = api.data(endpoint, body, fields)
        assert data["cursor"] != cursor
        rows, cursor, has_more, count = (
            rows + data[name],
            data["cursor"],
            data["has_more"],
            count + 1,
        )
    return rows, count


def answering(api, endpoint, accepts):
    """The first account for which an endpoint answers with acceptable data."""
    world = api.lab.world
    for number in range(300):
        account = world.account(number)
        answer = api.post(endpoint, {"username": account.handle, "max_count": 100}, "id")
        if answer.status_code == 200 and accepts(answer.json()["data"]):
            return account
    raise AssertionError("no account answers")


def test_a_profile_lies_in_data_without_its_name(api):
    account = api.open_account(lambda a: a.followers > 1_000)
    data = api.data("user/info", {"username": account.handle}, PROFILE)
    assert data["follower_count"] == account.followers
    assert data["display_name"] == account.nickname
    assert "username" not in data


def test_some_profiles_share_a_link_and_some_have_no_description(api):
    accounts = [a for n in range(60) if api.lab.shelf.is_open(a := api.lab.world.account(n))]
    rows = [api.data("user/info", {"username": a.handle}, PROFILE) for a in accounts]
    assert 0 < sum("bio_url" in row for row in rows) < len(rows)
    assert any(row["bio_description"] == "" for row in rows)


@pytest.mark.parametrize("endpoint", USER_ENDPOINTS)
def test_nobody_is_told_of_accounts_that_do_not_exist_or_are_private(api, endpoint):
    fields = "display_name" if endpoint == "user/info" else "id"
    status, code, message = api.error(endpoint, {"username": "nobody_here"}, fields)
    assert (status, code) == (400, "invalid_params")
    assert message == "`username: nobody_here` is invalid: cannot find the user"
    world = api.lab.world
    private = next(a for n in range(2_000) if (a := world.account(n)).private)
    message = api.error(endpoint, {"username": private.handle}, fields)[2]
    assert message == "API cannot return this user's information"


@pytest.mark.parametrize("endpoint", USER_ENDPOINTS)
def test_a_name_is_needed(api, endpoint):
    fields = "display_name" if endpoint == "user/info" else "id"
    assert "username" in api.error(endpoint, {}, fields)[2]


@pytest.mark.parametrize("field", ["playlist_id", "voice_to_text", "effect_ids"])
def test_some_fields_of_videos_are_not_for_lists_of_accounts(api, field):
    body = {"username": api.open_account().handle}
    assert field in api.error("user/reposted_videos", body, f"id,{field}")[2]


def test_liked_videos_are_private_but_for_some(api):
    name = {"username": "x"}
    codes = []
    for number in range(40):
        account = api.lab.world.account(number)
        name = {"username": account.handle}
        if api.lab.shelf.is_open(account):
            codes.append(api.post("user/liked_videos", name, "id").status_code)
    assert set(codes) == {200, 403}
    assert codes.count(403) > codes.count(200)


def test_liked_videos_are_paged_by_milliseconds():
    with serving(rules={"public_likes_share": 1}) as api:
        account = answering(api, "user/liked_videos", lambda d: d["has_more"])
        data = api.data("user/liked_videos", {"username": account.handle, "max_count": 10}, "id")
        assert len(str(data["cursor"])) == 13
        rows, count = pages(api, "user/liked_videos", "user_liked_videos", account, max_count=20)
        whole = pages(api, "user/liked_videos", "user_liked_videos", account, max_count=100)[0]
        assert count > 3
        assert rows == whole
        assert len({row["id"] for row in rows}) == len(rows) > 40
        shelf = api.lab.shelf
        assert all(shelf.find(str(row["id"])) for row in rows)


def test_up_to_three_videos_are_pinned_and_none_may_be_no_list(api):
    found = []
    for number in range(80):
        account = api.lab.world.account(number)
        if api.lab.shelf.is_open(account):
            found.append(
                api.data("user/pinned_videos", {"username": account.handle}, "id,username")
            )
    lengths = {len(data.get("pinned_videos_list", ())) for data in found}
    assert lengths == {0, 1, 2, 3}
    assert {} in found
    assert {"pinned_videos_list": []} in found


def test_pinned_videos_are_the_accounts_own(api):
    account = answering(api, "user/pinned_videos", lambda d: d.get("pinned_videos_list"))
    data = api.data("user/pinned_videos", {"username": account.handle}, "id,username")
    assert {row["username"] for row in data["pinned_videos_list"]} == {account.handle}


def test_reposted_videos_name_their_creators_and_are_paged_by_index(api):
    account = answering(api, "user/reposted_videos", lambda d: d["has_more"])
    rows, count = pages(api, "user/reposted_videos", "reposted_videos", account, max_count=10)
    assert count > 10
    assert len({row["username"] for row in rows}) > 5
    assert len({row["id"] for row in rows}) == len(rows)


def test_reposted_videos_are_refused_for_some_accounts(api):
    open_accounts = [a for n in range(40) if api.lab.shelf.is_open(a := api.lab.world.account(n))]
    answers = [
        api.post("user/reposted_videos", {"username": a.handle}, "id") for a in open_accounts
    ]
    refused = [answer for answer in answers if answer.status_code == 400]
    assert 0 < len(refused) < len(answers)
    assert "is private" in refused[0].json()["error"]["message"]


def test_followers_come_newest_first_and_each_once(api):
    account = api.open_account()
    rows, count = pages(api, "user/followers", "user_followers", account, max_count=100)
    assert count > 3
    assert len({row["username"] for row in rows}) == len(rows)
    assert set(rows[0]) == {"username", "display_name"}


def test_a_cursor_is_a_second_and_zero_is_the_start(api):
    name = {"username": api.open_account().handle}
    first = api.data("user/followers", name)
    assert 1_500_000_000 < first["cursor"] < 1_800_000_000
    assert api.data("user/followers", name | {"cursor": 0}) == first
    late = api.data("user/followers", name | {"cursor": 4_000_000_000})
    assert late["user_followers"] == first["user_followers"]


def test_pages_of_followers_come_short(api):
    data = api.data("user/followers", {"username": api.open_account().handle, "max_count": 100})
    assert 70 <= len(data["user_followers"]) < 100


def test_no_more_than_five_thousand_followers_are_told():
    with serving(World(posts=20_000)) as api:
        account = api.open_account()
        edges = FollowGraph(api.lab.world).followers(account, 10**6)
        rows, _ = pages(api, "user/followers", "user_followers", account, max_count=100)
        assert len(edges) > 6_000
        assert 4_000 < len(rows) <= 5_000


def test_both_directions_of_the_follow_graph_agree():
    world = World(posts=200)
    graph = FollowGraph(world)
    people = [world.account(number) for number in range(world.posters * 16)]
    forth = {(a.number, b) for a in people for _, b in graph.following(a)}
    back = {(b, a.number) for a in people for _, b in graph.followers(a, 10**6)}
    assert forth == back
    assert len(forth) > len(people)
    assert not any(a == b for a, b in forth)


def test_the_follow_graph_is_the_same_every_time():
    one, other = (FollowGraph(World(posts=500)) for _ in range(2))
    account = World(posts=500).account(3)
    assert one.followers(account, 100) == other.followers(account, 100)


def test_accounts_that_post_most_have_most_followers():
    graph = FollowGraph(World(posts=2_000))
    world = World(posts=2_000)
    counts = [len(graph.followers(world.account(n), 10**6)) for n in (0, 50, 5_000)]
    assert counts == sorted(counts, reverse=True)


def test_following_is_refused_where_it_is_private(api):
    open_accounts = [a for n in range(40) if api.lab.shelf.is_open(a := api.lab.world.account(n))]
    codes = {api.post("user/following", {"username": a.handle}).status_code for a in open_accounts}
    assert codes == {200, 400}


def test_following_lists_whom_an_account_follows(api):
    account = answering(api, "user/following", lambda d: d["has_more"])
    rows, _ = pages(api, "user/following", "user_following", account, max_count=20)
    edges = FollowGraph(api.lab.world).following(account)
    handles = [api.lab.world.account(number).handle for _, number in edges]
    listed = [row["username"] for row in rows]
    assert listed == [handle for handle in handles if handle in set(listed)]
    assert 0.7 < len(listed) / len(handles) <= 1


def test_a_playlist_holds_the_shown_posts_that_name_it(api):
    rows = api.videos(fields="id,username,playlist_id", start="20260901", end="20260930")
    row = next(row for row in rows if "playlist_id" in row)
    data = api.data("playlist/info", {"playlist_id": row["playlist_id"], "max_count": 100})
    own = {"and": [eq("username", row["username"])]}
    months = [("20260803", "20260831"), ("20260901", "20260930"), ("20261001", "20261031")]
    named = {
        video["id"]
        for start, end in months
        for video in api.videos(own, fields="id,playlist_id", start=start, end=end)
        if video.get("playlist_id") == row["playlist_id"]
    }
    assert set(data["playlist_video_ids"]) == named
    assert data["playlist_item_total"] == len(named)
    assert not data["has_more"]
    assert data["playlist_id"] == row["playlist_id"]
    assert data["playlist_name"]
    assert data["playlist_last_updated"] == max(named) >> 32


def test_a_playlist_is_paged_by_index_and_its_id_may_be_text(api):
    rows = api.videos(fields="playlist_id", start="20260901", end="20260930")
    ids = {row["playlist_id"] for row in rows if row}
    lists = (api.data("playlist/info", {"playlist_id": str(i), "max_count": 1}) for i in ids)
    first = next(data for data in lists if data["has_more"])
    body = {"playlist_id": first["playlist_id"], "max_count": 1, "cursor": first["cursor"]}
    second = api.data("playlist/info", body)
    assert first["cursor"] == 1
    assert second["playlist_video_ids"] != first["playlist_video_ids"]


@pytest.mark.parametrize("playlist", ["7188112233445566778", 5, "nonsense", 2**63])
def test_an_unknown_playlist_is_refused(api, playlist):
    assert str(playlist) in api.error("playlist/info", {"playlist_id": playlist})[2]
