"""YAML as people read it."""

from pathlib import Path

import pytest

from tfw.errors import SettingsError
from tfw.yamlfile import parse_yaml, read_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("on", "on"),
        ("yes", "yes"),
        ("true", True),
        ("False", False),
        ("2026-11-21", "2026-11-21"),
        ("2026-11-21 10:00:00", "2026-11-21 10:00:00"),
        ("12:30", "12:30"),
        ("0123", "0123"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("1e-3", 0.001),
        (".5", 0.5),
        ("3.0", 3.0),
        ("-5", -5),
        ("7123456789012345678", 7123456789012345678),
        ("~", None),
        ("null", None),
        ("", None),
        ("'5'", "5"),
        ("1.2.3", "1.2.3"),
    ],
)
def test_plain_values_mean_what_they_look_like(text: str, value: object):
    data = parse_yaml(f"key: {text}", Path("x.yaml")).data
    assert data == {"key": value}
    assert type(data["key"]) is type(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3", "x.yaml, line 3, column 1: the key 'a' stands here for the second"),
        ("a: {b: 1, b: 2}", "line 1, column 11: the key 'b' stands here for the second time"),
        ("1: a", "the key 1 is not text. Quote it"),
        ("a: [1, 2", "line 1"),
        ("a: 1\n\tb: 2", "line 2"),
        ("a: 1\n---\nb: 2", "expected a single document"),
        ("a: !!python/object:os.system x", "could not determine a constructor"),
        ("a: \x00", "special characters are not allowed"),
        ("a: !!int x", "invalid literal"),
        ("[" * 5000, "recursion"),
    ],
)
def test_what_is_no_good_yaml_is_refused_with_its_place(text: str, message: str):
    with pytest.raises(SettingsError) as caught:
        parse_yaml(text, Path("x.yaml"))
    assert message in str(caught.value)


def test_anchors_and_merges_work(tmp_path: Path):
    path = tmp_path / "x.yaml"
    path.write_text("\ufeffbase: &b {q: 1, r: 2}\nmore:\n  <<: *b\n  r: 3\n", encoding="utf-8")
    assert read_yaml(path).data["more"] == {"q": 1, "r": 3}


def test_every_key_and_entry_has_its_line():
    source = parse_yaml("a: 1\nsteps:\n  - x: 1\n    y:\n      z: 2\n  - w\n", Path("x.yaml"))
    assert source.line(["steps"]) == 2
    assert source.line(["steps", 0, "y", "z"]) == 5
    assert source.line(["steps", 1]) == 6
    assert source.line(["steps", 0, "absent", "z"]) == 3
    assert source.line([]) == 1


def test_a_file_that_is_missing_or_not_text_is_named(tmp_path: Path):
    path = tmp_path / "x.yaml"
    with pytest.raises(SettingsError, match=r"x\.yaml cannot be read"):
        read_yaml(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"x\.yaml cannot be read"):
        read_yaml(path)
