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
    from tfw.sources.research.client import open_client as open_client
    from tfw.sources.research.collect import collect_videos as collect_videos
    from tfw.sources.research.comment_choice import estimate_comments as estimate_comments
    from tfw.sources.research.comments import collect_comments as collect_comments
    from tfw.sources.research.ids import read_post_ids as read_post_ids
    from tfw.sources.research.reading import read_query as read_query
    from tfw.sources.research.recheck import recheck as recheck
    from tfw.sources.research.views import windows_table as windows_table
    from tfw.store import Store as Store
    from tfw.store import open_store as open_store

_MODULES = {
    "Comment": "tfw.records",
    "Post": "tfw.records",
    "PrivacyLevel": "tfw.privacy",
    "Store": "tfw.store",
    "TfwError": "tfw.errors",
    "Thresholds": "tfw.relevance.thresholds",
    "TopicsFrame": "tfw.report.topics",
    "Vocabulary": "tfw.relevance.vocabulary",
    "apply_thresholds": "tfw.relevance.score",
    "collect_comments": "tfw.sources.research.comments",
    "collect_videos": "tfw.sources.research.collect",
    "current_run": "tfw.runs.record",
    "estimate_comments": "tfw.sources.research.comment_choice",
    "import_files": "tfw.sources.imports",
    "learn_vocabulary": "tfw.relevance.learn",
    "load_model": "tfw.relevance.models",
    "load_settings": "tfw.settings",
    "load_vocabulary": "tfw.relevance.vocabulary",
    "open_client": "tfw.sources.research.client",
    "open_store": "tfw.store",
    "read_figures": "tfw.report.figures",
    "read_instagram": "tfw.relevance.instagram",
    "read_post_ids": "tfw.sources.research.ids",
    "read_query": "tfw.sources.research.reading",
    "record_counts": "tfw.runs.record",
    "recheck": "tfw.sources.research.recheck",
    "run_folder": "tfw.runs.record",
    "save_vocabulary": "tfw.relevance.vocabulary",
    "score_posts": "tfw.relevance.score",
    "score_table": "tfw.relevance.tables",
    "topics_page": "tfw.report.topics",
    "windows_table": "tfw.sources.research.views",
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
