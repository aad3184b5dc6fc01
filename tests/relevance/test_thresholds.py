from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.records import make_posts, make_relevance, post_id
from tfw.errors import InputError, SettingsError
from tfw.relevance.score import apply_thresholds, score_posts
from tfw.relevance.thresholds import (
    FILE_HEAD,
    Thresholds,
    keep_thresholds,
    read_thresholds,
    thresholds_in_force,
)

STRICT = Thresholds(label=0.7, vocabulary=2, name="strict", reason="beauty came in")


@pytest.mark.parametrize(
    ("label", "terms", "verdict"),
    [(0.51, 0, True), (0.5, 1, False), (0.0, 2, True), (None, 1, False), (None, 2, True)],
)
def test_the_verdict_is_label_above_one_half_or_at_least_two_terms(label, terms, verdict):
    assert Thresholds().verdict(label, terms) is verdict


def test_the_reason_agrees_with_the_verdict():
    thresholds = Thresholds(label=0.3, vocabulary=2)
    for label in (None, 0.1, 0.3, 0.31):
        for terms in ([], ["a"], ["a", "b"], ["a", "b", "c"]):
            fashion = thresholds.verdict(label, len(terms))
            assert thresholds.why(label, terms).startswith("fashion" if fashion else "not fashion")


def test_thresholds_are_read_from_their_file(tmp_path):
    path = tmp_path / "thresholds.yaml"
    path.write_text("label: 0.7\nvocabulary: 2\nname: strict\n")
    assert Thresholds.load(path) == Thresholds(label=0.7, vocabulary=2, name="strict")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "label: 1.5\n",
            r"thresholds.yaml, line 1, key 'label', value 1.5: .*less than or equal to 1",
        ),
        (
            "label: 0.4\nlabell: 0.5\n",
            r"line 2, key 'labell', value 0.5: .*not permitted.* Valid keys: label",
        ),
        ("vocabulary: many\n", r"key 'vocabulary', value 'many'"),
        ("- 0.5\n", r"must hold keys and values"),
        ("label: [\n", r"thresholds.yaml, line \d, column \d"),
    ],
)
def test_a_wrong_thresholds_file_names_file_key_and_value(tmp_path, content, message):
    path = tmp_path / "thresholds.yaml"
    path.write_text(content)
    with pytest.raises(SettingsError, match=message):
        Thresholds.load(path)


def test_a_missing_thresholds_file_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"no thresholds file .*missing\.yaml"):
        Thresholds.load(tmp_path / "missing.yaml")


@given(st.text(min_size=1), st.text(min_size=1), st.floats(0, 1), st.integers(0, 99))
@example("1e3", "0x1F", 0.5, 1)
@example("12:30", "NO", 0.5, 1)
def test_what_is_saved_is_what_is_read(tmp_path_factory, name, reason, label, vocabulary):
    path = tmp_path_factory.mktemp("params") / "thresholds.yaml"
    wanted = Thresholds(label=label, vocabulary=vocabulary, name=name, reason=reason)
    if not wanted.name or not wanted.reason:
        return
    saved = wanted.save(path)
    assert Thresholds.load(path) == saved
    assert saved.model_copy(update={"at": None}) == wanted


def test_saving_notes_the_time_and_keeps_the_comments(tmp_path):
    path = tmp_path / "thresholds.yaml"
    path.write_text("# ours: müde\nlabel: 0.5\n# and this\nvocabulary: 1\n", encoding="utf-8")
    before = datetime.now(UTC).replace(microsecond=0)
    saved = STRICT.save(path)
    assert path.read_text("utf-8").splitlines()[:3] == ["# ours: müde", "# and this", "label: 0.7"]
    assert before <= saved.at <= datetime.now(UTC)
    assert [file.name for file in tmp_path.iterdir()] == ["thresholds.yaml"]


def test_a_new_file_says_what_it_is_for(tmp_path):
    STRICT.save(tmp_path / "new" / "thresholds.yaml")
    text = (tmp_path / "new" / "thresholds.yaml").read_text()
    assert text.splitlines()[0] == FILE_HEAD


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": "  "}, "have no name"),
        ({"reason": ""}, "have no reason"),
        ({"label": 0.5, "vocabulary": 1}, r"already has label > 0\.5 and terms > 1 \(there\)"),
    ],
)
def test_what_cannot_be_saved_leaves_the_file_alone(tmp_path, fields, message):
    path = tmp_path / "thresholds.yaml"
    path.write_text("label: 0.5\nvocabulary: 1\nname: there\n")
    before = path.read_bytes()
    with pytest.raises(InputError, match=message):
        Thresholds.model_validate({**STRICT.model_dump(), **fields}).save(path)
    assert path.read_bytes() == before


def test_a_file_that_is_broken_is_not_replaced(tmp_path):
    path = tmp_path / "thresholds.yaml"
    path.write_text("label: [\n")
    with pytest.raises(SettingsError, match=r"thresholds\.yaml, line 2"):
        STRICT.save(path)
    assert path.read_text() == "label: [\n"


def test_a_set_is_noted_once_with_who_saved_it(store):
    keep_thresholds(store, STRICT, by="ana")
    keep_thresholds(store, STRICT, applied=True)
    keep_thresholds(store, STRICT, applied=True)
    (used,) = read_thresholds(store)
    assert (used.thresholds, used.by) == (STRICT, "ana")
    assert used.applied_at is not None
    assert STRICT.id == STRICT.model_copy().id != STRICT.model_copy(update={"reason": "x"}).id


def test_the_thresholds_in_force_are_those_applied_last_not_those_saved_last(store):
    assert thresholds_in_force(store) is None
    store.upsert_posts(make_posts(1))
    store.save_relevance([(post_id(0), make_relevance())])
    apply_thresholds(store, STRICT)
    keep_thresholds(store, Thresholds(label=0.9, name="later", reason="saved"), by="ana")
    assert thresholds_in_force(store) == STRICT
    assert [used.thresholds.name for used in read_thresholds(store)] == ["later", "strict"]
    apply_thresholds(store, Thresholds())
    assert thresholds_in_force(store) == Thresholds()
    apply_thresholds(store, STRICT)
    assert thresholds_in_force(store) == STRICT


def test_scoring_notes_its_thresholds_when_it_judged_a_post(store):
    score_posts(store, vocabulary="default", thresholds=STRICT)
    assert thresholds_in_force(store) is None
    store.upsert_posts(make_posts(2))
    score_posts(store, vocabulary="default", thresholds=STRICT)
    assert thresholds_in_force(store) == STRICT
