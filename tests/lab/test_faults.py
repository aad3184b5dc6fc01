import json

import pytest
from pydantic import ValidationError

from tfw.errors import SettingsError
from tfw.lab.faults import KINDS, OF_ROWS, Fault, FaultPlan, parse_fault_plan, read_fault_plan

PLAN = """\
seed: 11
latency: {video/query: 1.5}
limits: {normal: 50}
rules: {gone_share: 0.1}
faults:
  - {kind: internal_error, endpoints: [video/*], probability: 0.25, burst: 3}
  - kind: search_id_rejected
    each: page
    times: 2
    start: 2026-09-01
    end: 20260902
"""


@pytest.fixture
def plan_file(tmp_path):
    return tmp_path / "faults.yaml"


def problem(path, text):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read_fault_plan(path)
    return str(caught.value)


def test_a_file_says_everything_at_once(plan_file):
    plan_file.write_text(PLAN)
    plan = read_fault_plan(plan_file)
    assert (plan.seed, plan.latency, plan.limits.normal) == (11, {"video/query": 1.5}, 50)
    assert (plan.rules.gone_share, plan.rules.embargo_hours) == (0.1, 48)
    first, second = plan.faults
    assert (first.kind, first.probability, first.burst) == ("internal_error", 0.25, 3)
    assert (str(second.start), str(second.end)) == ("2026-09-01", "2026-09-02")


def test_the_same_can_be_said_in_json(plan_file, tmp_path):
    plan_file.write_text(PLAN)
    plan = read_fault_plan(plan_file)
    other = tmp_path / "faults.json"
    other.write_text(json.dumps(plan.model_dump(mode="json"), indent="\t"))
    assert read_fault_plan(other) == plan


def test_an_empty_file_has_no_faults(plan_file):
    plan_file.write_text("")
    assert read_fault_plan(plan_file) == FaultPlan()


def test_an_unknown_fault_is_named_with_its_line_and_the_valid_ones(plan_file):
    message = problem(plan_file, "seed: 1\nfaults:\n  - kind: slow\n  - kind: sleepy\n")
    assert "faults.yaml, line 4" in message
    assert "'sleepy'" in message
    assert "internal_error" in message


def test_an_unknown_key_is_named_with_the_valid_ones(plan_file):
    message = problem(plan_file, "faults:\n  - {kind: slow,\n     likely: 0.5}\n")
    assert "line 3" in message
    assert "faults.0.likely" in message
    assert "probability" in message
    assert "gone_share" in problem(plan_file, "rules: {lost_share: 1}\n")
    assert "latency" in problem(plan_file, "delay: 1\n")


def test_a_share_above_one_is_refused(plan_file):
    message = problem(plan_file, "faults:\n  - {kind: slow, probability: 30}\n")
    assert "faults.0.probability" in message
    assert "30" in message


def test_a_pattern_that_meets_no_endpoint_is_refused(plan_file):
    message = problem(plan_file, "faults:\n  - {kind: slow, endpoints: [videos]}\n")
    assert "'videos' meets no endpoint" in message
    assert "video/query" in message


def test_latency_of_an_unknown_endpoint_is_refused(plan_file):
    assert "'video' is no endpoint" in problem(plan_file, "latency: {video: 1}\n")


def test_a_window_that_ends_before_it_starts_is_refused(plan_file):
    text = "faults:\n  - {kind: slow, start: 20260902, end: 20260901}\n"
    assert "is after end" in problem(plan_file, text)


@pytest.mark.parametrize("kind", OF_ROWS)
def test_a_fault_of_rows_takes_no_count(kind):
    with pytest.raises(ValidationError, match="takes no times"):
        Fault(kind=kind, times=2)


def test_a_burst_of_pages_is_refused():
    with pytest.raises(ValidationError, match="use times"):
        Fault(kind="internal_error", each="page", burst=2)


def test_a_missing_file_and_a_broken_one_are_one_message(plan_file, tmp_path):
    with pytest.raises(SettingsError, match=r"faults\.yaml cannot be read"):
        read_fault_plan(plan_file)
    broken = tmp_path / "faults.json"
    broken.write_text('{"faults": [}')
    with pytest.raises(SettingsError, match="line 1, column 13: this is not JSON"):
        read_fault_plan(broken)
    with pytest.raises(SettingsError, match=r"faults\.json cannot be read"):
        read_fault_plan(tmp_path / "none" / "faults.json")


def test_ids_may_be_numbers_or_texts_in_a_list(plan_file):
    plan_file.write_text('faults: [{kind: vanished, ids: [7691479853757797876, "12"]}]')
    assert read_fault_plan(plan_file).faults[0].ids == ("7691479853757797876", "12")
    assert "faults.0.ids" in problem(plan_file, "faults: [{kind: vanished, ids: 12}]")


def test_a_file_that_is_no_mapping_is_refused(plan_file):
    assert "the file" in problem(plan_file, "- slow\n")


def test_a_mapping_is_checked_the_same_way():
    assert parse_fault_plan({"faults": [{"kind": "nul"}]}).faults[0].kind == "nul"
    with pytest.raises(SettingsError, match="'sleepy' is no fault"):
        parse_fault_plan({"faults": [{"kind": "sleepy"}]})


def test_every_fault_is_explained():
    assert all(len(words) > 5 for words in KINDS.values())
