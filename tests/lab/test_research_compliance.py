"""Batch compliance: which ids are still valid."""

import pytest

from tests.lab.research_api import serving


@pytest.fixture
def api(shared_api):
    return shared_api


def create(api, ids, category="video", name="file_data"):
    files = {name: ("ids.txt", "\n".join(map(str, ids)))}
    return api.post("validation_task/create", files=files, data={"category": category})


def download(api, task_id):
    return api.post("validation_task/download", {"task_id": task_id})


def checked(api, ids, category="video"):
    """The ids that a whole task leaves."""
    task_id = create(api, ids, category).json()["data"]["task_id"]
    state = ""
    while state != "Completed":
        state = api.data("validation_task_status/get", {"task_id": task_id})["task_status"]
    return download(api, task_id).text.split()


def test_videos_that_are_shown_are_valid(api):
    shown = [post.id for post in api.posts("20260901", "20260903")]
    gone = [post.id for post in api.lab.world if not api.lab.shelf.is_shown(post)][:50]
    asked = [*gone, *shown, "7472336753637412325", "nonsense", "9" * 5_000]
    assert checked(api, asked) == shown


def test_comments_and_users_can_be_checked_too(api):
    comments = [c.id for c in api.lab.every_comment(api.commented_post().id)]
    assert checked(api, [*comments, "123"], "comment") == comments
    account = api.open_account()
    private = next(a for n in range(2_000) if (a := api.lab.world.account(n)).private)
    assert checked(api, [account.handle, private.handle, "nobody"], "user") == [account.handle]


def test_a_task_is_first_in_progress(api):
    task_id = create(api, [1]).json()["data"]["task_id"]
    assert "Processing" in download(api, task_id).json()["error"]["message"]
    states = [
        api.data("validation_task_status/get", {"task_id": task_id})["task_status"]
        for _ in range(2)
    ]
    assert states == ["Processing", "Completed"]


def test_a_task_can_be_ready_at_once():
    with serving(rules={"compliance_polls": 0}) as api:
        task_id = create(api, [1]).json()["data"]["task_id"]
        state = api.data("validation_task_status/get", {"task_id": task_id})
        assert state == {"task_status": "Completed"}


def test_answers_carry_the_status_within_their_error(api):
    answer = create(api, [1]).json()
    error = answer["error"]
    assert (error["code"], error["message"], error["http_status_code"]) == ("ok", "ok.", 200)
    assert isinstance(answer["data"]["task_id"], int)


def test_the_valid_ids_come_as_a_text_file(api):
    shown = api.posts()[0].id
    task_id = create(api, [shown]).json()["data"]["task_id"]
    for _ in range(2):
        api.data("validation_task_status/get", {"task_id": task_id})
    answer = download(api, str(task_id))
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text == f"{shown}\n"


def test_tasks_have_ids_of_their_own(api):
    assert len({create(api, [1]).json()["data"]["task_id"] for _ in range(70)}) == 70


@pytest.mark.parametrize("ids", [[], range(10_001)])
def test_a_file_holds_one_to_ten_thousand_ids(api, ids):
    answer = create(api, ids)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_file_upload"


def test_ten_thousand_ids_are_taken(api):
    assert create(api, range(10_000)).status_code == 200


def test_a_file_that_is_missing_or_no_text_is_refused(api):
    for files in ({"other": ("ids.txt", "1")}, {"file_data": ("ids.txt", b"\xff\xfe\x00")}):
        answer = api.post("validation_task/create", files=files, data={"category": "video"})
        assert answer.json()["error"]["code"] == "invalid_file_upload"


def test_a_broken_form_is_refused(api):
    headers = {"Content-Type": "multipart/form-data"}
    answer = api.post("validation_task/create", content=b"x", headers=headers)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_params"


def test_an_unknown_category_is_refused(api):
    assert "video, comment, user" in create(api, [1], "sound").json()["error"]["message"]


@pytest.mark.parametrize("endpoint", ["validation_task_status/get", "validation_task/download"])
def test_an_unknown_task_is_refused(api, endpoint):
    assert "12 is not known" in api.error(endpoint, {"task_id": 12})[2]
