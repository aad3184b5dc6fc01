"""Secrets that are found, and texts that are left alone."""

import pytest

from tfw.runs.scrub import Scrubber, looks_secret


@pytest.mark.parametrize(
    "name",
    ["password", "db_password", "client_secret", "api_key", "token", "access_token", "clientSecret",
     "credentials", "mongodb_uri", "KEY"],
)  # fmt: skip
def test_a_name_of_a_secret_is_seen(name: str):
    assert looks_secret(name)


@pytest.mark.parametrize(
    "name",
    ["keywords", "max_tokens", "tokenizer", "key_folder", "credentials_file", "monkey", "author"],
)
def test_a_harmless_name_is_let_through(name: str):
    assert not looks_secret(name)


def test_values_of_secret_variables_are_masked_in_every_spelling():
    scrubber = Scrubber.from_environment(
        {"MY_SECRET": 'a"b<c>d', "HF_TOKEN": "hf_12345678", "AWS_ACCESS_KEY_ID": "AKIA1234"}
    )
    text = 'a"b<c>d a\\"b<c>d a&quot;b&lt;c&gt;d a%22b%3Cc%3Ed hf_12345678 AKIA1234'
    assert scrubber.text(text) == "*** *** *** *** *** ***"
    assert "hf_" not in repr(scrubber)


def test_an_address_is_masked_whole_where_it_is_known_and_its_password_everywhere():
    scrubber = Scrubber.from_environment({"TFW_MONGODB_URI": "mongodb://u:pa%24%24word@h/db"})
    assert scrubber.text("mongodb://u:pa%24%24word@h/db") == "***"
    assert scrubber.text("bad password pa$$word") == "bad password ***"
    assert Scrubber().text("see ftp://me:x@h and http://h:80/@a") == (
        "see ftp://me:***@h and http://h:80/@a"
    )


def test_short_values_plain_words_and_places_of_secrets_are_left_alone():
    scrubber = Scrubber.from_environment(
        {
            "TOKENIZERS_PARALLELISM": "true value",
            "A_KEY": "12345",
            "B_TOKEN": "default",
            "TFW_KEY_FOLDER": "/home/someone/keys",
            "C_SECRET": "  ",
        }
    )
    text = "true value, 12345, default, /home/someone/keys"
    assert scrubber.text(text) == text


def test_nested_values_are_scrubbed_in_place():
    scrubber = Scrubber(["apricot"])
    value = {"a": ["apricots", {"b": "apricot"}], "n": 1}
    assert scrubber.inside(value) is value
    assert value == {"a": ["***s", {"b": "***"}], "n": 1}
    assert scrubber.finds_secret(["an apricot"])
    assert not scrubber.finds_secret(["a plum"])


def test_an_image_of_megabytes_takes_no_noticeable_time():
    text = "iVBOR" * 1_000_000
    assert Scrubber(["apricot"]).text(text) == text
