from pathlib import Path

import ipywidgets as widgets
import nbformat
import pytest
from markupsafe import Markup

from tests.jupyter import write_notebook
from tfw.desk.desk import Desk
from tfw.desk.tables import Column, table
from tfw.runs.runner import run

IMPORTS = """
import ipywidgets as widgets
from markupsafe import Markup
from tfw.desk.desk import Desk
"""


class Greeting(Desk):
    def build(self):
        return widgets.HTML("live")

    def static(self):
        return Markup("<p>on paper</p>")


def test_a_person_gets_widgets():
    shown = Greeting()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in shown


def test_the_widgets_are_made_once():
    desk = Greeting()
    assert desk.view is desk.view


def test_a_run_that_nobody_watches_gets_the_static_twin(home):
    source = Path(__file__).read_text().split("\n\n\n")[1]
    write_notebook(home / "notebooks" / "09_greet.ipynb", f"{IMPORTS}\n{source}", "Greeting()")
    params = home / "params" / "greet.yaml"
    params.write_text("title: greet\nsteps: [{notebook: 09_greet}]\n")
    record = run(params)
    assert record.is_complete, record.reason
    executed = nbformat.read(home / "outputs" / record.id / record.steps[0].output, as_version=4)
    (output,) = (o for c in executed.cells for o in c.get("outputs", ()) if "data" in o)
    assert "<p>on paper</p>" in output["data"]["text/html"]
    assert "application/vnd.jupyter.widget-view+json" not in output["data"]


def test_cells_of_a_table_are_escaped_and_what_is_not_known_is_a_dash():
    made = table(
        [Column("name"), Column("posts", number=True, hint='so "many"')],
        [("<script>alert(1)</script>", 12345), (Markup("<b>ours</b>"), None)],
        caption="Who",
    )
    assert "&lt;script&gt;" in made
    assert "<script>" not in made
    assert "<b>ours</b>" in made
    assert "12\u202f345" in made
    assert "–" in made
    assert 'title="so &#34;many&#34;"' in made


def test_a_table_without_rows_says_what_to_do():
    assert "run 05_score_posts" in table([Column("x")], [], caption="", empty="run 05_score_posts")


def test_a_row_of_the_wrong_length_is_a_mistake():
    with pytest.raises(ValueError, match="zip"):
        table([Column("x")], [(1, 2)], caption="")
