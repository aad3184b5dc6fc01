import pytest

from tfw.records import reason_kind


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("the API gave 1,053 of 2,062; hidden", "the API gave … of …; hidden"),
        ("the lists end at 34 of an unknown number", "the lists end at … of an unknown number"),
        ("12 of 50: answers to 3 comments", "… of …: answers to … comments"),
        ("comments_blocked: 35 reported, none came", "comments_blocked: … reported, none came"),
        ("10222: private post", "10222: private post"),
        ("HTTP 403", "HTTP 403"),
    ],
)  # fmt: skip
def test_reasons_that_differ_in_their_counts_are_of_one_kind(reason, kind):
    assert reason_kind(reason) == kind
