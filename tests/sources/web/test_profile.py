from typing import Any

import pytest

from tfw.errors import ParameterError
from tfw.sources.web.profile import SessionProfile, draw_profile


def test_a_profile_is_made_from_notebook_parameters() -> None:
    profile = SessionProfile.of({"window": [1024, 768], "language": "de", "proxy": "socks5://h:1"})
    assert profile == SessionProfile(window=(1024, 768), language="de", proxy="socks5://h:1")
    assert SessionProfile.of(None) == SessionProfile()


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"windows": 1}, "no 'windows'; it has device_id, language"),
        ({"window": [1280]}, r"such as \[1280, 900\]"),
        ({"window": [10, 10]}, "from 320 to 4000"),
        ({"window": [True, 900]}, "whole|pixels"),
        ({"language": "English!"}, "such as 'en-US'"),
        ({"time_zone": "Berlin"}, "such as 'Europe/Berlin'"),
        ({"user_agent": "a\nb"}, "one line"),
        ({"device_id": 12345678901234567.0}, "in quotes"),
        ({"proxy": "proxy.example:8080"}, "http://HOST:PORT"),
        ({"proxy": "http://proxy.example"}, "http://HOST:PORT"),
    ],
)
def test_a_value_that_cannot_be_used_is_told_with_one_that_can(
    values: dict[str, Any], told: str
) -> None:
    with pytest.raises(ParameterError, match=told):
        SessionProfile.of(values)


def test_a_password_in_a_proxy_is_refused_and_not_repeated() -> None:
    with pytest.raises(ParameterError, match="password") as told:
        SessionProfile(proxy="http://me:secret@proxy.example:8080")
    assert "secret" not in str(told.value)


def test_one_profile_of_a_list_is_drawn_and_the_same_one_for_a_seed() -> None:
    choices: list[SessionProfile | dict[str, Any]] = [
        SessionProfile(language="de"),
        {"language": "fr"},
        {"language": "vi"},
    ]
    drawn = {draw_profile(choices, seed).language for seed in range(20)}
    assert drawn == {"de", "fr", "vi"}
    assert draw_profile(choices, 4) == draw_profile(choices, 4)
    assert draw_profile([]) == SessionProfile()
