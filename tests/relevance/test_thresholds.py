import pytest

from tfw.errors import SettingsError
from tfw.relevance.thresholds import Thresholds


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
        ("label: 1.5\n", r"thresholds.yaml, key 'label', value 1.5: .*less than or equal to 1"),
        ("labell: 0.5\n", r"key 'labell', value 0.5: .*not permitted.* Valid keys: label"),
        ("vocabulary: many\n", r"key 'vocabulary', value 'many'"),
        ("- 0.5\n", r"must hold keys such as"),
        ("label: [\n", r"is not a YAML file"),
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
