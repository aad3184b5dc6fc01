from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from tfw.sources.allowances import Gauge, pages_today, quota_today
from tfw.sources.research.credentials import Credentials
from tfw.sources.research.quota import QuotaLedger
from tfw.sources.web.pace import todays_pages

OWN = Credentials(SecretStr("own-key"), SecretStr("own-secret"), "the test").id
OTHER = Credentials(SecretStr("lab-key"), SecretStr("lab-secret"), "the test").id


@pytest.fixture
def credentials(monkeypatch):
    monkeypatch.setenv("TFW_RESEARCH_CLIENT_KEY", "own-key")
    monkeypatch.setenv("TFW_RESEARCH_CLIENT_SECRET", "own-secret")


def test_before_the_first_request_of_a_day_all_are_left(store, credentials):
    quota = quota_today(store)
    assert quota.own == Gauge("general", 0, 1_000, credential=OWN)
    assert (quota.own.left, quota.own.share, quota.problem) == (1_000, 0.0, None)


def test_requests_are_counted_for_the_key_in_use_and_those_of_others_are_shown_apart(
    store, credentials
):
    for id_, number in ((OWN, 3), (OTHER, 5)):
        ledger = QuotaLedger(store, id_, {"general": 10})
        for _ in range(number):
            ledger.reserve("general", "video_query")
    own, other = quota_today(store).gauges
    assert (own.used, own.left, own.own) == (3, 7, True)
    assert (other.used, other.own, other.credential) == (5, False, OTHER)


def test_without_credentials_it_says_why_and_still_shows_what_the_ledger_has(store):
    QuotaLedger(store, OTHER).reserve("general", "video_query")
    quota = quota_today(store)
    assert quota.own is None
    assert "credentials" in quota.problem
    assert [gauge.used for gauge in quota.gauges] == [1]


def test_a_quota_that_the_api_called_spent_has_nothing_left(store, credentials):
    QuotaLedger(store, OWN).exhaust("general")
    own = quota_today(store).own
    assert own.spent
    assert (own.left, own.share) == (0, 1.0)


def test_yesterdays_requests_are_no_part_of_today(store, credentials):
    yesterday = datetime(2026, 9, 1, 23, 59, tzinfo=UTC)
    QuotaLedger(store, OWN, clock=lambda: yesterday).reserve("general", "video_query")
    assert quota_today(store).own.used == 0
    assert quota_today(store, yesterday).own.used == 1


def test_pages_of_real_browsers_are_counted_against_the_usual_limit(store):
    assert pages_today(store) == Gauge("pages", 0, 1_000)
    count = todays_pages(store)
    count()
    count()
    assert pages_today(store).used == 2
