"""The selectors come from one file with a version, and mistakes in it are named."""

import pytest
import yaml

from tfw.errors import SettingsError
from tfw.sources.web.selectors import SELECTORS, Roles, load_selectors


def test_the_file_of_the_package_has_every_role_and_a_version():
    selectors = load_selectors()
    assert selectors.version
    assert set(selectors.layouts) == {"B", "C"}
    assert set(selectors.for_script()["roles"]) == set(Roles.model_fields)


def test_no_selector_depends_on_the_hash_of_a_class_name():
    for selectors in load_selectors().roles.model_dump().values():
        assert not any("css-" in selector or "jsx-" in selector for selector in selectors)


def test_a_missing_role_is_named(tmp_path):
    changed = yaml.safe_load(SELECTORS.read_text())
    del changed["roles"]["scroller"]
    path = tmp_path / "selectors.yaml"
    path.write_text(yaml.safe_dump(changed))
    with pytest.raises(SettingsError, match=r"roles\.scroller.*A file has a version"):
        load_selectors(path)


def test_a_misspelled_role_is_named(tmp_path):
    changed = yaml.safe_load(SELECTORS.read_text())
    changed["roles"]["textt"] = ["p"]
    path = tmp_path / "selectors.yaml"
    path.write_text(yaml.safe_dump(changed))
    with pytest.raises(SettingsError, match=r"roles\.textt"):
        load_selectors(path)


def test_a_file_that_is_not_there_or_is_no_yaml_is_an_error(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        load_selectors(tmp_path / "none.yaml")
    (tmp_path / "broken.yaml").write_text("roles: [")
    with pytest.raises(SettingsError, match="is not YAML"):
        load_selectors(tmp_path / "broken.yaml")
