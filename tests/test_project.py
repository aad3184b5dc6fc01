from datetime import date

import pytest

from tfw.errors import SettingsError
from tfw.project import Project
from tfw.settings import load_settings

DAY = date(2027, 3, 31)


def test_a_project_without_the_file_or_the_day_has_no_retention_date(home):
    settings = load_settings()
    assert Project.load(settings) == Project()
    (settings.params / "project.yaml").write_text("# nothing decided yet\nretention_date:\n")
    project = Project.load(settings)
    assert project.days_left(DAY) is None
    assert not project.is_due(DAY)


def test_one_is_reminded_thirty_days_before_and_ever_after(home):
    settings = load_settings()
    (settings.params / "project.yaml").write_text("retention_date: 2027-03-31\n")
    project = Project.load(settings)
    assert project.retention_date == DAY
    assert not project.is_due(date(2027, 2, 28))
    assert project.is_due(date(2027, 3, 1))
    assert project.is_due(date(2028, 1, 1))
    assert project.days_left(date(2027, 4, 2)) == -2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("retention_date: next year\n", r"project.yaml, line 1, key 'retention_date', value 'next"),
        ("# x\nretention: 2027-03-31\n", r"line 2, key 'retention'.*Valid keys: retention_date"),
        ("2027-03-31\n", r"must hold keys and values; valid keys are retention_date"),
    ],
)
def test_a_wrong_file_names_line_key_and_value(home, content, message):
    settings = load_settings()
    (settings.params / "project.yaml").write_text(content)
    with pytest.raises(SettingsError, match=message):
        Project.load(settings)
