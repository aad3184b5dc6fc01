"""The files of a report as tables of a desk, and its methods as text to copy."""

from pathlib import Path

from markupsafe import Markup

from tfw.desk.tables import Column, table
from tfw.report.html import ReportFiles
from tfw.settings import load_settings

FILE_WORDS = {
    "report.html": "the page, to be opened in any browser, without a network",
    "diff.html": "what changed since the other run",
    "methods.txt": "the methods in words, to paste",
    "posts.csv": "all chosen posts with their scores, for spreadsheets",
    "posts.parquet": "the same for programs",
    "posts-4cat.csv": "the same under 4CAT's column names",
    "post-ids.txt": "the ids alone, one a line, for sharing",
    "post-ids.csv": "the ids alone as addresses, safe for spreadsheets",
}
FILE_COLUMNS = [Column("File"), Column("Size", number=True), Column("What it is")]


def written_html(files: ReportFiles) -> Markup:
    """The files of a report that was just written, with links."""
    rows = (
        (
            Markup('<a href="{}">{}</a>').format(files.link(name), name),
            _size(files.folder / name),
            FILE_WORDS[name],
        )
        for name in files.names
    )
    return table(FILE_COLUMNS, rows, caption="What was written")


def methods_html(folder: Path) -> Markup:
    """The methods of a report, to be copied."""
    path = folder / "methods.txt"
    if not path.is_file():
        return Markup('<p class="empty">{}</p>').format("This report has no methods.txt.")
    return Markup(
        '<p class="soft">{}</p><textarea readonly rows="18" aria-label="Methods in words" '
        'style="{}">{}</textarea>'
    ).format(
        "Click into the text, choose all of it (Ctrl+A) and copy it (Ctrl+C).",
        "box-sizing: border-box; width: 100%; font: inherit; line-height: 1.5; padding: 10px 12px; "
        "color: inherit; background: var(--tfw-card); border: 1px solid var(--tfw-line); "
        "border-radius: 6px;",
        path.read_text(encoding="utf-8"),
    )


def files_html(folder: Path) -> Markup:
    """The files of a report, with their sizes."""
    home = load_settings().home
    shown = folder.relative_to(home) if folder.is_relative_to(home) else Path(folder.name)
    rows = [
        (name, _size(folder / name), words)
        for name, words in FILE_WORDS.items()
        if (folder / name).is_file()
    ]
    return table(FILE_COLUMNS, rows, caption=f"In the folder {shown.as_posix()}")


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"
