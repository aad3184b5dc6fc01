"""The notebooks themselves, with small parameters: by the runner, and as JupyterLab does."""

import json
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import yaml
from nbclient import NotebookClient

from tfw.lab.instagram import demo_file
from tfw.relevance.vocabulary import default_vocabulary, load_vocabulary
from tfw.runs.runner import run

SMALL = [
    "invent_world.posts=60",
    "query_posts.max_requests=20",
    "collect_comments.max_requests=0",
    "scrape_posts.posts_to_scrape=5",
    "scrape_comments.max_posts_to_process=2",
    f"learn_vocabulary.instagram_file={demo_file()}",
    "learn_vocabulary.num_topics=4",
    "learn_vocabulary.restarts=1",
]

SMALL_WITHOUT_FEED = [override for override in SMALL if not override.startswith("scrape_")]


@pytest.fixture
def demo(home: Path) -> Path:
    """The project folder, with a params file that stays in the test's own database."""
    params = home / "params" / "demo.yaml"
    lines = params.read_text().splitlines(keepends=True)
    params.write_text("".join(line for line in lines if not line.startswith("database:")))
    return home


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_demo_runs_from_invented_world_to_report_and_again_without_a_change(demo, store):
    record = run(demo / "params" / "demo.yaml", overrides=SMALL)
    check_first_run(record, demo, store)
    before = list(store.posts())
    again = run(without_feed(demo / "params" / "demo.yaml"), overrides=SMALL_WITHOUT_FEED)
    counts = {step.name: step.counts for step in again.steps}
    assert counts["import_posts"]["records_new"] == 0
    assert counts["score_posts"]["posts_scored"] == 0
    assert list(store.posts()) == before


def check_first_run(record, home, store):
    """What the demo leaves behind."""
    assert record.is_complete, record.reason
    counts = {step.name: step.counts for step in record.steps}
    assert counts["import_posts"]["rows_rejected"] > 0
    assert counts["score_posts"]["posts_scored"] == store.count("posts") > 40
    assert counts["score_posts"]["posts_waiting"] == 0
    assert load_vocabulary(store) != default_vocabulary()
    folder = home / "outputs" / record.id
    assert (folder / "report.html").stat().st_size > 1_000_000
    table = pd.read_csv(folder / "posts.csv", dtype=str)
    assert len(table) == store.count("posts")
    assert set(table["is_fashion_post"]) == {"True", "False"}
    assert json.loads((folder / "run.json").read_text())["status"] == "complete"
    assert (home / "outputs" / "index.html").is_file()


def without_feed(params):
    """The params file without what is new each time: a feed, as the site's, and its comments."""
    plan = yaml.safe_load(params.read_text())
    plan["steps"] = [
        step
        for step in plan["steps"]
        if step["notebook"] != "02_scrape_posts" and step.get("name") != "scrape_comments"
    ]
    params.write_text(yaml.safe_dump(plan))
    return params


def test_notebooks_work_from_their_own_folder_as_in_jupyterlab(demo, store, monkeypatch):
    monkeypatch.delenv("TFW_HOME")
    for name in ("00_invent_world", "01_import_posts", "05_score_posts", "08_report"):
        notebook = nbformat.read(demo / "notebooks" / f"{name}.ipynb", as_version=4)
        folder = {"metadata": {"path": str(demo / "notebooks")}}
        NotebookClient(notebook, resources=folder, kernel_name="python3").execute()
    assert store.count("posts", {"score.state": "done"}) == 50
    assert (demo / "outputs" / "by-hand" / "report.html").is_file()
