"""``outputs/index.html``: all runs of a project on one page that needs nothing else."""

from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment

from tfw.files import write_atomically
from tfw.runs.display import duration, moment
from tfw.runs.history import UnreadableRun, list_runs
from tfw.runs.record import REPORT_NAME, RunRecord
from tfw.settings import Settings

INDEX_NAME = "index.html"

STYLE = """
:root { color-scheme: light dark; --ink: #1c1e21; --soft: #5b626b; --line: #dfe3e8;
  --page: #f6f7f9; --card: #fff; --link: #0b57b0;
  --complete: #0f6b3c; --failed: #b3261e; --interrupted: #8a5300; --running: #0b57b0;
  --unreadable: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #a3abb5; --line: #343a41;
  --page: #15181b; --card: #1e2226; --link: #8ab4f8;
  --complete: #6fd199; --failed: #ff8a80; --interrupted: #f0b45b; --running: #8ab4f8;
  --unreadable: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem 1rem 4rem; background: var(--page); color: var(--ink);
  font: 16px/1.45 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
.sum, small, .why { color: var(--soft); }
.sum { margin: 0 0 1.5rem; }
a { color: var(--link); }
table { width: 100%; border-collapse: collapse; background: var(--card);
  border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; }
th, td { padding: .7rem .8rem; text-align: left; vertical-align: top;
  border-top: 1px solid var(--line); }
td:nth-child(2) { overflow-wrap: anywhere; }
th, summary, .counts li { white-space: nowrap; }
thead th { border-top: 0; font-size: .8rem; color: var(--soft); }
small { display: block; overflow-wrap: anywhere; }
.why { margin: .3rem 0 0; font-size: .9rem; }
.num { white-space: nowrap; font-variant-numeric: tabular-nums; }
.pill { display: inline-block; padding: .05rem .6rem; border: 1px solid currentColor;
  border-radius: 1rem; font-size: .85rem; white-space: nowrap; color: var(--soft); }
.complete { color: var(--complete); } .failed { color: var(--failed); }
.interrupted { color: var(--interrupted); } .running { color: var(--running); }
.unreadable { color: var(--unreadable); }
ul { margin: 0; padding: 0; list-style: none; }
.counts { font-size: .9rem; } .counts b { font-variant-numeric: tabular-nums; }
details summary { cursor: pointer; color: var(--link); }
.empty { padding: 3rem 1rem; text-align: center; background: var(--card);
  border: 1px dashed var(--line); border-radius: .5rem; }
@media (max-width: 60rem) {
  table, tbody, tr, td { display: block; border: 0; background: none; }
  thead { display: none; }
  tr { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
    padding: .6rem .2rem; margin-bottom: .8rem; }
  td { padding: .25rem .8rem; }
  td[data-label]::before { content: attr(data-label) " "; color: var(--soft); font-size: .8rem; }
  td:empty { display: none; }
}
"""

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Runs</title>
<style>{{ style | safe }}</style>
</head>
<body>
<main>
<h1>Runs</h1>
{% if not runs %}
<p class="empty">There are no runs yet. Start one with <code>tfw run params/demo.yaml</code>.</p>
{% else %}
<p class="sum">{{ summary }} Times are UTC.</p>
<table>
<thead><tr><th>Status</th><th>Run</th><th>Started</th><th>Took</th><th>Steps</th><th>Counts</th>
<th>Results</th></tr></thead>
<tbody>
{% for run in runs %}
<tr>
<td><span class="pill {{ run.status }}">{{ run.status }}</span></td>
<td><strong>{{ run.title }}</strong><small>{{ run.id }}</small>
{%- if run.why %}<p class="why">{{ run.why }}</p>{% endif %}
{%- for warning in run.warnings %}<p class="why">Note: {{ warning }}</p>{% endfor %}</td>
<td class="num" data-label="Started">{{ run.started }}</td>
<td class="num" data-label="Took">{{ run.took }}</td>
<td class="num" data-label="Steps">{{ run.steps }}</td>
<td>{% if run.counts %}<ul class="counts">{% for step, counts in run.counts %}
<li><small>{{ step }}</small></li>{% for name, value in counts %}
<li><b>{{ value }}</b> {{ name }}</li>{% endfor %}{% endfor %}</ul>{% endif %}</td>
<td>{% if run.report %}<a href="{{ run.report }}">Report</a>{% endif %}
{%- if run.notebooks %}<details><summary>Notebooks</summary><ul>
{% for name, link in run.notebooks %}<li><a href="{{ link }}">{{ name }}</a></li>
{% endfor %}</ul></details>{% endif %}</td>
</tr>
{% endfor %}
</tbody>
</table>
{% endif %}
</main>
</body>
</html>
"""


def write_index(settings: Settings) -> Path:
    """The page over all runs, the newest first, written anew."""
    settings.outputs.mkdir(parents=True, exist_ok=True)
    path = settings.outputs / INDEX_NAME
    write_atomically(path, index_page(list_runs(settings), settings.outputs))
    return path


def index_page(runs: list[RunRecord | UnreadableRun], outputs: Path) -> str:
    """The page as HTML; links are relative to the outputs folder, all texts are escaped."""
    rows = [
        _unreadable_row(run) if isinstance(run, UnreadableRun) else _row(run, outputs)
        for run in runs
    ]
    template = Environment(autoescape=True).from_string(PAGE)
    return template.render(style=STYLE, runs=rows, summary=_summary(rows))


def _row(run: RunRecord, outputs: Path) -> dict[str, object]:
    folder = outputs / run.id
    report = folder / REPORT_NAME
    return {
        "status": run.status.value,
        "id": run.id,
        "title": run.title,
        "why": run.reason,
        "warnings": run.warnings,
        "started": moment(run.created_at),
        "took": duration(run.seconds),
        "steps": run.steps_done,
        "counts": [
            (step.name, [(name, f"{value:,}") for name, value in step.counts.items()])
            for step in run.steps
            if step.counts
        ],
        "report": quote(f"{run.id}/{REPORT_NAME}") if report.exists() else None,
        "notebooks": [
            (step.name, quote(f"{run.id}/{step.output}"))
            for step in run.steps
            if (folder / step.output).exists()
        ],
    }


def _unreadable_row(run: UnreadableRun) -> dict[str, object]:
    why = f"its run.json cannot be read: {run.reason}"
    return {"status": "unreadable", "id": run.id, "title": "Unknown run", "why": why}


def _summary(rows: list[dict[str, object]]) -> str:
    statuses = [str(row["status"]) for row in rows]
    parts = [f"{statuses.count(status)} {status}" for status in dict.fromkeys(statuses)]
    return f"{len(rows)} {'run' if len(rows) == 1 else 'runs'}: {', '.join(parts)}."
