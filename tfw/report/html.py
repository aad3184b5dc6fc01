"""The report of posts: a page, tables, lists of ids, and the methods as text."""

import html
import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm.auto import tqdm

from tfw.report import fourcat, sections
from tfw.report.choices import ReportChoice
from tfw.report.diff import compare_folders
from tfw.report.diff_files import CHOICE_KEY, COLUMNAR, other_run
from tfw.report.diff_page import diff_page
from tfw.report.exports import COLUMNS, FIELDS, SCHEMA, export_row
from tfw.report.figures import Figures, ReportFigures
from tfw.report.formats import percent, thousands
from tfw.report.page import render
from tfw.report.shown import Mask, open_mask
from tfw.report.writers import Row, csv_file, in_batches, lines_file, parquet_file, write_text
from tfw.store import Store

logger = logging.getLogger(__name__)

PAGE, DIFF, METHODS, TABLE = "report.html", "diff.html", "methods.txt", "posts.csv"
# What the tables, the ids and the figures read of a post.
READ = (*FIELDS, *fourcat.MORE_FIELDS)
FOURCAT, ID_LINES, ID_TABLE = "posts-4cat.csv", "post-ids.txt", "post-ids.csv"


@dataclass(frozen=True)
class ReportFiles:
    """The files of a report and its figures; a notebook shows it with links."""

    folder: Path
    names: tuple[str, ...]
    figures: ReportFigures
    in_run: bool = False

    @property
    def html(self) -> Path:
        """The page."""
        return self.folder / PAGE

    @property
    def csv(self) -> Path:
        """The table for spreadsheets."""
        return self.folder / TABLE

    @property
    def parquet(self) -> Path:
        """The table for programs."""
        return self.folder / COLUMNAR

    @property
    def methods(self) -> Path:
        """The methods as text."""
        return self.folder / METHODS

    def _repr_html_(self) -> str:
        links = " · ".join(
            f'<a href="{html.escape(self.link(name))}">{html.escape(name)}</a>'
            for name in self.names
        )
        return f"<p><b>{html.escape(headline(self.figures))}</b></p><p>{links}</p>"

    def link(self, name: str) -> str:
        """The address of one of the files as the notebook links to it."""
        # The notebook of a run lies beside the report; one that is open by hand does not.
        return name if self.in_run else Path(os.path.relpath(self.folder / name)).as_posix()


def write_report(
    store: Store,
    folder: Path,
    choice: ReportChoice | None = None,
    *,
    query: Mapping[str, Any] | None = None,
    run: Mapping[str, Any] | None = None,
    progress: bool = False,
    tell: Callable[[int], None] | None = None,
) -> ReportFiles:
    """The report of the posts in the store: a page, tables, ids and the methods, in one folder.

    Posts are read once, so all files tell of the same posts; memory does not grow with their
    texts. Files of an earlier report stay as they are until the new ones are complete; those that
    are not wanted any more are removed.

    Args:
        store: where the posts are.
        folder: where the files go; it is made where it is missing.
        choice: what goes in; the usual report of all posts where it is None.
        query: which posts, as a MongoDB query, in place of those of the choice.
        run: the record of the run that makes the report, or whose posts are chosen; None where
            it is made by hand.
        progress: whether to show a progress bar.
        tell: called with the number of posts read so far, now and then.

    Raises:
        ParameterError: ``keep`` without a reason, or a scope of a run without a run.
        InputError: the run to compare with does not exist or has no posts.parquet.
        StoreError: the database cannot be read.
    """
    choice = choice or ReportChoice()
    mask = open_mask(choice.privacy, choice.reason)
    other = other_run(choice.compare_with, folder) if choice.compare_with else None
    wanted = choice.query(run) if query is None else query
    figures = _write_tables(folder, choice, mask, _told(store.posts(wanted, READ), progress, tell))
    if other is not None:
        write_text(folder / DIFF, diff_page(compare_folders(other, folder, mask)))
    page = render(
        store, figures, mask, choice=choice, query=wanted, run=run, diff=DIFF if other else None
    )
    write_text(folder / METHODS, page.methods.text)
    write_text(folder / PAGE, page.html)
    names = _tidy(folder, choice, compared=other is not None)
    # A run whose posts are chosen by hand has another folder than the one that is written to.
    in_run = run is not None and sections.run_id(run) == folder.name
    files = ReportFiles(folder, names, figures, in_run=in_run)
    logger.info("Wrote %s: %s", files.html, headline(figures))
    return files


def headline(figures: ReportFigures) -> str:
    """The figures in one line of text."""
    posts = f"{thousands(len(figures.posts))} posts"
    if figures.share is None:
        return f"{posts}, none scored yet"
    share = figures.share
    return (
        f"{posts}, {thousands(figures.scored)} scored, {percent(share.value)} about fashion "
        f"(95 % interval {percent(share.low)} to {percent(share.high)})"
    )


def _told(
    posts: Iterator[Row], progress: bool, tell: Callable[[int], None] | None
) -> Iterator[list[Row]]:
    """The posts in batches, with whoever waits told how far it is."""
    read = 0
    for batch in in_batches(tqdm(posts, unit="post", disable=not progress)):
        yield batch
        read += len(batch)
        if tell is not None:
            tell(read)


def _write_tables(
    folder: Path, choice: ReportChoice, mask: Mask, batches: Iterator[list[Row]]
) -> ReportFigures:
    figures = Figures(mask, choice.best_posts)
    schema = SCHEMA.with_metadata({CHOICE_KEY: json.dumps(choice.document())})
    with ExitStack() as files:
        to_csv = files.enter_context(csv_file(folder / TABLE, COLUMNS))
        to_parquet = files.enter_context(parquet_file(folder / COLUMNAR, schema))
        others = list(_others(files, folder, choice, mask))
        for batch in batches:
            rows = [export_row(post, mask) for post in batch]
            to_csv(rows)
            to_parquet(rows)
            for write in others:
                write(batch)
            for post in batch:
                figures.add(post)
    return figures.result()


def _others(
    files: ExitStack, folder: Path, choice: ReportChoice, mask: Mask
) -> Iterator[Callable[[Sequence[Row]], None]]:
    """What writes each batch of posts into the files that the choice asks for beside the tables."""
    if "4cat" in choice.exports:
        to_4cat = files.enter_context(csv_file(folder / FOURCAT, fourcat.COLUMNS))
        yield lambda posts: to_4cat([fourcat.fourcat_row(post, mask) for post in posts])
    if "ids" in choice.exports:
        to_lines = files.enter_context(lines_file(folder / ID_LINES))
        to_ids = files.enter_context(csv_file(folder / ID_TABLE, fourcat.ID_COLUMNS))
        yield lambda posts: to_lines(fourcat.ids_of(posts))
        yield lambda posts: to_ids(fourcat.id_rows(posts))


def _tidy(folder: Path, choice: ReportChoice, compared: bool) -> tuple[str, ...]:
    """The names of the report's files; those of an earlier report that are not wanted are gone."""
    wanted = {
        DIFF: compared,
        FOURCAT: "4cat" in choice.exports,
        ID_LINES: "ids" in choice.exports,
        ID_TABLE: "ids" in choice.exports,
    }
    for name, there in wanted.items():
        if not there:
            (folder / name).unlink(missing_ok=True)
    order = (PAGE, DIFF, METHODS, TABLE, COLUMNAR, FOURCAT, ID_LINES, ID_TABLE)
    return tuple(name for name in order if wanted.get(name, True))
