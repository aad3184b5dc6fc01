"""The TikTok Fashion Workbench: collect TikTok posts, score their relevance, say why.

What a notebook needs, by one name each; the modules hold the rest. A name is loaded when it is
first used, so that `tfw --help` need not wait for topic models and charts.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tfw.errors import TfwError as TfwError
    from tfw.privacy import PrivacyLevel as PrivacyLevel
    from tfw.records import Comment as Comment
    from tfw.records import Post as Post
    from tfw.relevance.instagram import read_instagram as read_instagram
    from tfw.relevance.learn import learn_vocabulary as learn_vocabulary
    from tfw.relevance.models import load_model as load_model
    from tfw.relevance.score import apply_thresholds as apply_thresholds
    from tfw.relevance.score import score_posts as score_posts
    from tfw.relevance.tables import score_table as score_table
    from tfw.relevance.thresholds import Thresholds as Thresholds
    from tfw.relevance.vocabulary import Vocabulary as Vocabulary
    from tfw.relevance.vocabulary import load_vocabulary as load_vocabulary
    from tfw.relevance.vocabulary import save_vocabulary as save_vocabulary
    from tfw.report.figures import read_figures as read_figures
    from tfw.report.html import write_report as write_report
    from tfw.report.topics import TopicsFrame as TopicsFrame
    from tfw.report.topics import topics_page as topics_page
    from tfw.runs.record import current_run as current_run
    from tfw.runs.record import record_counts as record_counts
    from tfw.runs.record import run_folder as run_folder
    from tfw.settings import load_settings as load_settings
    from tfw.sources.imports import import_files as import_files
    from tfw.store import Store as Store
    from tfw.store import open_store as open_store

_MODULES = {
    "Comment": "tfw.records",
    "Post": "tfw.records",
    "PrivacyLevel": "tfw.privacy",
    "Store": "tfw.store",
    "TfwError": "tfw.errors",
    "TopicsFrame": "tfw.report.topics",
    "Thresholds": "tfw.relevance.thresholds",
    "Vocabulary": "tfw.relevance.vocabulary",
    "apply_thresholds": "tfw.relevance.score",
    "current_run": "tfw.runs.record",
    "import_files": "tfw.sources.imports",
    "learn_vocabulary": "tfw.relevance.learn",
    "load_model": "tfw.relevance.models",
    "load_settings": "tfw.settings",
    "load_vocabulary": "tfw.relevance.vocabulary",
    "open_store": "tfw.store",
    "read_figures": "tfw.report.figures",
    "read_instagram": "tfw.relevance.instagram",
    "record_counts": "tfw.runs.record",
    "run_folder": "tfw.runs.record",
    "save_vocabulary": "tfw.relevance.vocabulary",
    "score_posts": "tfw.relevance.score",
    "score_table": "tfw.relevance.tables",
    "topics_page": "tfw.report.topics",
    "write_report": "tfw.report.html",
}

__all__ = sorted(_MODULES)


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module 'tfw' has no attribute {name!r}")
    value = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *_MODULES]
