"""Every notebook, opened in a real JupyterLab and run from top to bottom by its menu."""

import json
import re
import time
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By

from tests.jupyter import TOKEN, kernel_state, open_notebook, run_all_cells, wait_for
from tfw.lab.app import running_lab
from tfw.lab.content import World
from tfw.lab.instagram import demo_file

# In the order of the work, with small parameters.
NOTEBOOKS = {
    "00_invent_world": {"posts": 60},
    "01_import_posts": {},
    "01_query_posts": {"query_file": "params/query-demo.ini"},
    "02_scrape_posts": {"posts_to_scrape": 5},
    "03_collect_comments": {"max_posts_to_process": 5},
    "04_learn_vocabulary": {"instagram_file": str(demo_file()), "num_topics": 4, "restarts": 1},
    "05_score_posts": {"max_posts_to_process": 0},
    "06_inspect_topics": {"instagram_file": str(demo_file())},
    "07_tune_thresholds": {"labels_file": "outputs/demo-world-labels.csv"},
    "08_report": {},
    "00_start_here": {},
}
# A cell that has run shows its number; one that waits or runs shows a star.
PROMPTS = "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(e => e.textContent)"
LOOKS = 4


@pytest.fixture
def lab(monkeypatch):
    with running_lab(World(seed=7, posts=60)) as lab:
        monkeypatch.setenv("TFW_TIKTOK_URL", lab.url)
        monkeypatch.setenv("TFW_RESEARCH_API_URL", lab.url)
        monkeypatch.setenv("TFW_RESEARCH_CLIENT_KEY", "lab-key")
        monkeypatch.setenv("TFW_RESEARCH_CLIENT_SECRET", "lab-secret")
        yield lab


def set_parameters(path: Path, values: dict[str, object]) -> None:
    """Write values into a notebook's cell of parameters, as a person would type them."""
    notebook = json.loads(path.read_text())
    (cell,) = (c for c in notebook["cells"] if "parameters" in c["metadata"].get("tags", ()))
    source = "".join(cell["source"])
    for name, value in values.items():
        source, times = re.subn(rf"(?m)^({name}: \w+) = .*$", rf"\1 = {value!r}", source)
        assert times == 1, name
    cell["source"] = source.splitlines(keepends=True)
    path.write_text(json.dumps(notebook))


def has_run(browser):
    """Whether the kernel has done all it was asked, seen several times in a row."""
    for _ in range(LOOKS):
        prompts = browser.execute_script(f"return {PROMPTS}")
        numbered = any(re.search(r"\[\d+\]", text) for text in prompts)
        waiting = any("*" in text for text in prompts)
        if not numbered or waiting or kernel_state(browser) != "idle":
            return False
        time.sleep(0.5)
    return True


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_notebook_runs_from_top_to_bottom_in_jupyterlab(home, lab, jupyterlab, person):
    assert set(NOTEBOOKS) == {path.stem for path in (home / "notebooks").glob("*.ipynb")}
    for name, values in NOTEBOOKS.items():
        set_parameters(home / "notebooks" / f"{name}.ipynb", values)
        person.get(f"{jupyterlab}/lab?reset&token={TOKEN}")  # no other notebook stays open
        open_notebook(person, jupyterlab, f"notebooks/{name}.ipynb")
        run_all_cells(person)
        wait_for(lambda: has_run(person), seconds=180)
        errors = person.find_elements(By.CSS_SELECTOR, "[data-mime-type$='.error']")
        assert [error.text for error in errors] == [], name
