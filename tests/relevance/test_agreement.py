import numpy as np
import pandas as pd
import pytest

from tfw.errors import InputError
from tfw.relevance.agreement import agreement, agreements


def coded(**coders):
    """A table of labels: for each coder a word of F, N and U, one letter a post, blank for none."""
    names = {"F": "fashion", "N": "not", "U": "unsure"}
    return pd.DataFrame(
        [
            {"post_id": str(place), "coder": coder, "label": names[letter]}
            for coder, letters in coders.items()
            for place, letter in enumerate(letters)
            if letter != " "
        ]
    )


def test_kappa_is_that_of_cohens_formula():
    labels = coded(ana="F" * 25 + "N" * 25, ben="F" * 20 + "N" * 5 + "F" * 10 + "N" * 15)
    found = agreement(labels)
    assert found.same.value == 35 / 50
    assert found.kappa.value == pytest.approx((0.7 - 0.5) / 0.5)
    assert found.kappa.low < 0.4 < found.kappa.high
    assert found.table.loc["fashion", "not"] == 5
    assert len(found.disagreements) == 15


def test_full_agreement_has_an_interval_too():
    found = agreement(coded(ana="FFFFFNNNNN", ben="FFFFFNNNNN"))
    assert found.kappa.value == 1
    assert 0.3 < found.kappa.low < 0.6
    assert found.disagreements == ()


def test_the_interval_of_kappa_holds_the_true_one_19_times_in_20():
    draw = np.random.default_rng(2)
    truth = draw.random((400, 150)) < 0.4
    first, second = (truth ^ (draw.random(truth.shape) < 0.1) for _ in range(2))
    positive, same = 0.4 * 0.9 + 0.6 * 0.1, 0.82
    chance = positive**2 + (1 - positive) ** 2
    true, inside = (same - chance) / (1 - chance), 0
    for ana, ben in zip(first, second, strict=True):
        words = ["".join("NF"[int(said)] for said in coder) for coder in (ana, ben)]
        found = agreement(coded(ana=words[0], ben=words[1]))
        inside += found.kappa.low <= true <= found.kappa.high
    assert 0.92 < inside / 400 < 0.98


def test_only_posts_of_both_coders_count():
    found = agreement(coded(ana="FFNN  ", ben="  NNFF"))
    assert found.posts == 2
    assert found.kappa is None  # both said one thing only
    assert "kappa not defined" in str(found)


def test_unsure_is_a_label_unless_it_is_left_out():
    labels = coded(ana="FFNNU", ben="FFNUU")
    assert agreement(labels).same.value == 4 / 5
    assert agreement(labels, unsure=False).same.value == 1


def test_three_coders_give_three_agreements_and_must_be_named_for_one():
    labels = coded(ana="FFNN", ben="FFNF", cleo="FF  ")
    assert [(a.first, a.second, a.posts) for a in agreements(labels)] == [
        ("ana", "ben", 4), ("ana", "cleo", 2), ("ben", "cleo", 2),
    ]  # fmt: skip
    with pytest.raises(InputError, match="ana, ben, cleo"):
        agreement(labels)
    with pytest.raises(InputError, match="two different coders"):
        agreement(labels, "ana", "dora")
    assert agreement(labels, "ben", "ana").same.value == 3 / 4


def test_coders_without_common_posts_are_named():
    with pytest.raises(InputError, match="No post was labelled by both 'ana' and 'ben'"):
        agreement(coded(ana="FF", ben="  NN"))


def test_who_adjudicates_agrees_with_nobody():
    labels = pd.DataFrame(
        [(str(n), coder, "not") for n in range(4) for coder in ("ana", "ben", "adjudicated")],
        columns=["post_id", "coder", "label"],
    )
    assert [(one.first, one.second) for one in agreements(labels)] == [("ana", "ben")]
    assert agreement(labels).posts == 4
