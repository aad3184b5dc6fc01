"""The `tfw` command: thin words around the package's functions."""

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tfw.errors import TfwError
from tfw.settings import load_settings

app = typer.Typer(
    help="The TikTok Fashion Workbench: posts in, fashion relevance and a report out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
runs_app = typer.Typer(
    help="Look at the runs of notebooks.\n\nExample: tfw runs list",
    rich_markup_mode=None,
    invoke_without_command=True,
)
db_app = typer.Typer(
    help="The embedded database.\n\nExample: tfw db status",
    rich_markup_mode=None,
    invoke_without_command=True,
)
app.add_typer(runs_app, name="runs")
app.add_typer(db_app, name="db")
console = Console(highlight=False, soft_wrap=True)


def main() -> None:
    """Run the command line; an error is one message on stderr and an exit status."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("tfw").setLevel(logging.INFO)
    try:
        app()
    except TfwError as error:
        print(f"tfw: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        print("tfw: interrupted", file=sys.stderr)  # noqa: T201
        sys.exit(130)


@app.command()
def run(
    params: Annotated[Path, typer.Argument(help="A params file, such as params/demo.yaml.")],
    only: Annotated[str | None, typer.Option(help="Run this step alone.")] = None,
    resume: Annotated[str | None, typer.Option(help="Go on with this run.")] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("-p", help="STEP.NAME=VALUE, another parameter value.")
    ] = None,
) -> None:
    """Run the notebooks of a params file in order.

    Example: tfw run params/demo.yaml -p score_posts.max_posts_to_process=50
    """
    from tfw.runs.runner import closing_words
    from tfw.runs.runner import run as run_notebooks

    record = run_notebooks(params, only=only, resume=resume, overrides=parameter or [])
    console.print(closing_words(record), markup=False)
    raise typer.Exit(record.exit_status)


@runs_app.callback()
def runs(context: typer.Context) -> None:
    """Look at the runs of notebooks.

    Example: tfw runs list
    """
    if context.invoked_subcommand is None:
        list_runs()


@runs_app.command("list")
def list_runs() -> None:
    """All runs, newest first.

    Example: tfw runs list
    """
    from tfw.runs.display import runs_table
    from tfw.runs.history import list_runs as all_runs

    console.print(runs_table(all_runs()))


@runs_app.command("show")
def show_run(run_id: Annotated[str, typer.Argument(help="A run id, or its beginning.")]) -> None:
    """One run in full: steps, parameters, counts, versions, and where it failed.

    Example: tfw runs show 20261121T2104
    """
    from tfw.runs.display import run_view
    from tfw.runs.history import load_run

    console.print(run_view(load_run(run_id)))


@runs_app.command("diff")
def diff_runs(
    run_a: Annotated[str, typer.Argument(help="A run id, or its beginning.")],
    run_b: Annotated[str, typer.Argument(help="Another one.")],
) -> None:
    """What two runs do not share: parameters, versions, commit, counts, status, posts.

    Example: tfw runs diff 20261121T2104 20261122T0005
    """
    from tfw.report.diff_page import posts_view
    from tfw.runs.display import diff_view
    from tfw.runs.history import diff_runs as compare

    found = compare(run_a, run_b)
    console.print(diff_view(found))
    console.print()
    console.print(posts_view(found.a.id, found.b.id))


@app.command("import")
def import_posts(
    files: Annotated[list[str], typer.Argument(help="Files that other tools wrote; .gz too.")],
    format: Annotated[
        str | None, typer.Option(help="The format, where it is not recognised by itself.")
    ] = None,
    collected_at: Annotated[
        str | None, typer.Option(help="When the counters were read, such as 2024-11-30.")
    ] = None,
    query: Annotated[str | None, typer.Option(help="A name for this collection.")] = None,
    column_map: Annotated[
        Path | None, typer.Option(help="A YAML file: which column of a table holds what.")
    ] = None,
) -> None:
    """Read posts and comments that other tools wrote into the database.

    Example: tfw import saved-feed.json 4cat-posts.csv
    """
    from tfw.sources.imports import import_files
    from tfw.store import open_store
    from tfw.yamlfile import read_yaml

    with open_store() as store:
        summaries = import_files(
            store,
            [Path(file).absolute() for file in files],
            format=format,
            column_map=read_yaml(column_map).data if column_map else None,
            collected_at=collected_at,
            query=query,
            progress=sys.stderr.isatty(),
        )
    console.print(str(summaries), markup=False)


@app.command()
def query(
    file: Annotated[Path, typer.Argument(help="A query, such as params/query-video.ini.")],
    json: Annotated[bool, typer.Option("--json", help="Print the exact request bodies.")] = False,
) -> None:
    """Check a query of the Research API; show request, windows and cost. Nothing is asked.

    Example: tfw query params/query-video.ini
    """
    from json import dumps

    from tfw.sources.research.describe import describe
    from tfw.sources.research.plan import json_bodies
    from tfw.sources.research.reading import read_query

    found = read_query(file)
    text = dumps(json_bodies(found), ensure_ascii=False, indent=1) if json else describe(found)
    console.print(text, markup=False)


@app.command()
def lab(
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1.")] = 8765,
    seed: Annotated[int, typer.Option(help="Another seed is another world.")] = 7,
    posts: Annotated[int, typer.Option(help="How many posts it has.")] = 2_000,
    faults: Annotated[
        Path | None, typer.Option(help="A YAML or JSON file of faults to switch on.")
    ] = None,
) -> None:
    """Serve the stand-in TikTok on this machine, until Ctrl-C.

    Example: tfw lab --port 8765 --posts 2000
    """
    from tfw.lab.app import serve

    serve(port, seed=seed, posts=posts, faults=faults)


@app.command()
def score(
    file: Annotated[Path, typer.Argument(help="A .csv, .csv.gz or .parquet table.")],
    text_column: Annotated[str, typer.Option(help="The column with the texts.")],
    out: Annotated[Path, typer.Option(help="The table to write.")],
    model: Annotated[
        str, typer.Option(help="minilm, a Hugging Face zero-shot model, or a folder.")
    ] = "minilm",
    label: Annotated[list[str] | None, typer.Option(help="What to look for (fashion).")] = None,
) -> None:
    """Score any table of texts without a database.

    Example: tfw score captions.csv --text-column text --out scored.csv
    """
    from tfw.relevance.models import DEFAULT_LABELS
    from tfw.relevance.tables import score_table
    from tfw.relevance.thresholds import Thresholds

    thresholds = load_settings().params / "thresholds.yaml"
    summary = score_table(
        file,
        text_column,
        out,
        model=model,
        labels=label or DEFAULT_LABELS,
        thresholds=Thresholds.load(thresholds) if thresholds.is_file() else None,
        progress=sys.stderr.isatty(),
    )
    console.print(str(summary), markup=False)


@db_app.callback()
def database(context: typer.Context) -> None:
    """The embedded database of this project.

    Example: tfw db status
    """
    if context.invoked_subcommand is None:
        database_status()


@db_app.command("status")
def database_status() -> None:
    """Whether the embedded database runs, where, and with which data.

    Example: tfw db status
    """
    from tfw import embedded

    settings = load_settings()
    if settings.mongodb_uri:
        console.print("TFW_MONGODB_URI is set: the embedded database is not used.")
    server = embedded.status(settings)
    if server is None:
        console.print("The embedded database does not run; any command that needs it starts it.")
        return
    console.print(
        f"running on {server.host}:{server.port}, process {server.pid}, "
        f"since {server.started_at:%Y-%m-%d %H:%M} UTC\ndata in {server.data_folder}",
        markup=False,
    )


@db_app.command("stop")
def stop_database() -> None:
    """Stop the embedded database; the data stay, and the next command starts it again.

    Example: tfw db stop
    """
    from tfw import embedded

    stopped = embedded.stop(load_settings())
    console.print("stopped" if stopped else "The embedded database does not run.")
