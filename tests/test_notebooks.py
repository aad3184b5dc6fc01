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


@pytest.fixture
def demo(home: Path) -> Path:
    """The project folder, with a params file that stays in the test's own database."""
    params = home / "params" / "demo.yaml"
    lines = params.read_text().splitlines(keepends=True)
    params.write_text("".join(line for line in lines if not line.startswith("database:")))
    return home


def test_the_demo_runs_from_invented_world_to_report(demo, store):
    record = run(demo / "params" / "demo.yaml", overrides=SMALL)
    assert record.is_complete, record.reason
    counts = {step.name: step.counts for step in record.steps}
    assert counts["import_posts"]["rows_rejected"] > 0
    assert counts["score_posts"]["posts_scored"] == store.count("posts") > 40
    assert counts["score_posts"]["posts_waiting"] == 0
    assert load_vocabulary(store) != default_vocabulary()
    folder = demo / "outputs" / record.id
    assert (folder / "report.html").stat().st_size > 1_000_000
    table = pd.read_csv(folder / "posts.csv", dtype=str)
    assert len(table) == store.count("posts")
    assert set(table["is_fashion_post"]) == {"True", "False"}
    assert json.loads((folder / "run.json").read_text())["status"] == "complete"
    assert (demo / "outputs" / "index.html").is_file()


def test_a_second_run_of_the_demo_without_its_feed_changes_nothing_and_scores_nothing(demo, store):
    params = demo / "params" / "demo.yaml"
    plan = yaml.safe_load(params.read_text())
    # A feed gives other posts each time, as the site does.
    plan["steps"] = [step for step in plan["steps"] if step["notebook"] != "02_scrape_posts"]
    params.write_text(yaml.safe_dump(plan))
    small = [override for override in SMALL if not override.startswith("scrape_posts.")]
    run(params, overrides=small)
    before = list(store.posts())
    record = run(params, overrides=small)
    counts = {step.name: step.counts for step in record.steps}
    assert counts["import_posts"]["records_new"] == 0
    assert counts["score_posts"]["posts_scored"] == 0
    assert list(store.posts()) == before


def test_notebooks_work_from_their_own_folder_as_in_jupyterlab(demo, store, monkeypatch):
    monkeypatch.delenv("TFW_HOME")
    for name in ("00_invent_world", "01_import_posts", "05_score_posts", "08_report"):
        notebook = nbformat.read(demo / "notebooks" / f"{name}.ipynb", as_version=4)
        folder = {"metadata": {"path": str(demo / "notebooks")}}
        NotebookClient(notebook, resources=folder, kernel_name="python3").execute()
    assert store.count("posts", {"score.state": "done"}) == 50
    assert (demo / "outputs" / "by-hand" / "report.html").is_file()
