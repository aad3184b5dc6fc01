import time

import pytest
from pydantic import SecretStr

from tfw.desk.access import WRONG_TOKEN_SECONDS, Access, AccessError, access, person


def parts(row):
    return {type(child).__name__: child for child in row.children}


def test_a_notebook_of_ones_own_may_change_everything_and_says_nothing():
    assert access().may_write
    access().check()
    assert access().row().layout.display == "none"


def test_a_read_only_page_refuses_and_says_so(monkeypatch):
    monkeypatch.setenv("TFW_READ_ONLY", "1")
    with pytest.raises(AccessError, match="read-only"):
        access().check()
    row = access().row()
    assert list(parts(row)) == ["HTML"]
    with pytest.raises(AccessError, match="not the token"):
        access().unlock("")


def test_the_token_opens_all_desks_of_the_kernel_and_stays_in_no_widget(monkeypatch):
    monkeypatch.setenv("TFW_READ_ONLY", "1")
    monkeypatch.setenv("TFW_DASHBOARD_TOKEN", "open-sesame")
    told = []
    access().on_unlock(lambda: told.append("open"))
    row = parts(access().row())
    row["Password"].value = "open-sesame"
    row["Button"].click()
    assert row["Password"].value == ""
    assert told == ["open"]
    access().check()


def test_a_wrong_token_is_said_in_words_and_costs_time():
    closed = Access(read_only=True, token=SecretStr("right"))
    row = parts(closed.row())
    row["Password"].value = "wrong"
    before = time.monotonic()
    row["Button"].click()
    # Guessing is slow on purpose: this is a floor, not a speed.
    assert time.monotonic() - before >= WRONG_TOKEN_SECONDS
    assert "not the token" in row["HTML"].value
    assert not closed.may_write


def test_changes_are_kept_under_the_name_of_the_environment(monkeypatch):
    monkeypatch.setenv("TFW_PERSON", "second coder")
    assert person() == "second coder"
    monkeypatch.delenv("TFW_PERSON")
    monkeypatch.setenv("LOGNAME", "login-name")
    assert person() == "login-name"
