"""Runs as a terminal shows them."""

from rich.console import Console, RenderableType

from tests.runs.conftest import Project
from tests.runs.records import make_record, make_step, save_record
from tfw.runs.display import closing_words, diff_view, run_view, runs_table
from tfw.runs.history import UnreadableRun, diff_runs
from tfw.runs.record import CellError, Status


def shown(renderable: RenderableType) -> str:
    console = Console(width=200, no_color=True)
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()


def test_the_list_shows_each_run_and_texts_are_not_taken_for_markup():
    record = make_record("20261121T210405-a", ["one", "two"], title="[red]Demo[/red] [x")
    text = shown(runs_table([record, UnreadableRun("20261120T000000-b", "[/] broken")]))
    assert "20261121T210405-a" in text
    assert "[red]Demo[/red] [x" in text
    assert "0/2" in text
    assert "unreadable" in text
    assert "[/] broken" in text
    assert "tfw run params/demo.yaml" in shown(runs_table([]))


def test_one_run_shows_its_steps_its_error_and_what_it_was_made_with():
    step = make_step(
        1,
        "score",
        status="failed",
        reason="ValueError: no [posts]",
        parameters={"limit": 5},
        counts={"posts_in": 12000},
        error=CellError(cell=2, name="ValueError", message="no posts", traceback=["line [1]"]),
    )
    record = make_record("20261121T210405-a", [], steps=[step], warnings=["no copy"], resumed_at=[])
    text = shown(run_view(record))
    for part in ("no [posts]", "limit=5", "posts_in 12,000", "line [1]", "numpy 2.4.0", "no copy",
                 "params/test.yaml", "aaaaaaaaaaaa"):  # fmt: skip
        assert part in text
    assert "resumed" not in text


def test_two_runs_are_shown_side_by_side(project: Project):
    save_record(make_record("20261121T210405-a", ["one"]), project.settings)
    save_record(make_record("20261122T210405-a", ["two"]), project.settings)
    text = shown(diff_view(diff_runs("20261121", "20261122")))
    assert "20261121T210405-a" in text
    assert "01_two.ipynb" in text
    assert "are the same" in shown(diff_view(diff_runs("20261121", "20261121")))


def test_the_closing_words_say_how_to_go_on():
    record = make_record("20261121T210405-a", ["one"], status="failed", reason="step one: x")
    assert closing_words(record).splitlines()[1:] == [
        "step one: x",
        "Go on with: tfw run params/test.yaml --resume 20261121T210405-a",
    ]
    record.status = Status.COMPLETE
    assert "--resume" not in closing_words(record)
