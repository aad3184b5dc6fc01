"""The TikTok Fashion Workbench: collect TikTok posts, score their relevance, say why.

What a notebook needs, by one name each; the modules hold the rest. A name is loaded when it is
first used, so that `tfw --help` need not wait for topic models and charts.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tfw.desk.health.desk import health_desk as health_desk
    from tfw.desk.labels.desk import label_desk as label_desk
    from tfw.desk.obstacles import captcha_panel as captcha_panel
    from tfw.desk.queries.desk import query_builder as query_builder
    from tfw.desk.report.desk import report_desk as report_desk
    from tfw.desk.start.desk import start_desk as start_desk
    from tfw.desk.thresholds.desk import thresholds_desk as thresholds_desk
    from tfw.desk.topics.desk import topics_desk as topics_desk
    from tfw.errors import TfwError as TfwError
    from tfw.privacy import PrivacyLevel as PrivacyLevel
    from tfw.records import Comment as Comment
    from tfw.records import Post as Post
    from tfw.relevance.agreement import agreement as agreement
    from tfw.relevance.baseline import relate_posts as relate_posts
    from tfw.relevance.evaluate import evaluate as evaluate
    from tfw.relevance.head import train_head as train_head
    from tfw.relevance.head_gain import train_on_labels as train_on_labels
    from tfw.relevance.instagram import read_instagram as read_instagram
    from tfw.relevance.labels import Label as Label
    from tfw.relevance.labels import add_labels as add_labels
    from tfw.relevance.labels import export_labels as export_labels
    from tfw.relevance.labels import import_labels as import_labels
    from tfw.relevance.labels import random_sample as random_sample
    from tfw.relevance.labels import read_labels as read_labels
    from tfw.relevance.learn import learn_vocabulary as learn_vocabulary
    from tfw.relevance.models import load_model as load_model
    from tfw.relevance.replay import ScoreColumns as ScoreColumns
    from tfw.relevance.score import apply_thresholds as apply_thresholds
    from tfw.relevance.score import score_posts as score_posts
    from tfw.relevance.tables import score_table as score_table
    from tfw.relevance.thresholds import Thresholds as Thresholds
    from tfw.relevance.vocabulary import Vocabulary as Vocabulary
    from tfw.relevance.vocabulary import load_vocabulary as load_vocabulary
    from tfw.relevance.vocabulary import save_vocabulary as save_vocabulary
    from tfw.relevance.why import why as why
    from tfw.report.choices import ReportChoice as ReportChoice
    from tfw.report.evaluation import write_evaluation as write_evaluation
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
    from tfw.sources.web.comments import scrape_comments as scrape_comments
    from tfw.sources.web.feeds import scrape_posts as scrape_posts
    from tfw.store import Store as Store
    from tfw.store import open_store as open_store

_MODULES = {
    "Comment": "tfw.records",
    "Label": "tfw.relevance.labels",
    "Post": "tfw.records",
    "PrivacyLevel": "tfw.privacy",
    "ReportChoice": "tfw.report.choices",
    "ScoreColumns": "tfw.relevance.replay",
    "Store": "tfw.store",
    "TfwError": "tfw.errors",
    "Thresholds": "tfw.relevance.thresholds",
    "TopicsFrame": "tfw.report.topics",
    "Vocabulary": "tfw.relevance.vocabulary",
    "add_labels": "tfw.relevance.labels",
    "agreement": "tfw.relevance.agreement",
    "apply_thresholds": "tfw.relevance.score",
    "captcha_panel": "tfw.desk.obstacles",
    "collect_comments": "tfw.sources.research.comments",
    "collect_videos": "tfw.sources.research.collect",
    "current_run": "tfw.runs.record",
    "estimate_comments": "tfw.sources.research.comment_choice",
    "evaluate": "tfw.relevance.evaluate",
    "export_labels": "tfw.relevance.labels",
    "health_desk": "tfw.desk.health.desk",
    "import_files": "tfw.sources.imports",
    "import_labels": "tfw.relevance.labels",
    "label_desk": "tfw.desk.labels.desk",
    "learn_vocabulary": "tfw.relevance.learn",
    "load_model": "tfw.relevance.models",
    "load_settings": "tfw.settings",
    "load_vocabulary": "tfw.relevance.vocabulary",
    "open_client": "tfw.sources.research.client",
    "open_store": "tfw.store",
    "query_builder": "tfw.desk.queries.desk",
    "random_sample": "tfw.relevance.labels",
    "read_figures": "tfw.report.figures",
    "read_instagram": "tfw.relevance.instagram",
    "read_labels": "tfw.relevance.labels",
    "read_post_ids": "tfw.sources.research.ids",
    "read_query": "tfw.sources.research.reading",
    "recheck": "tfw.sources.research.recheck",
    "record_counts": "tfw.runs.record",
    "relate_posts": "tfw.relevance.baseline",
    "report_desk": "tfw.desk.report.desk",
    "run_folder": "tfw.runs.record",
    "save_vocabulary": "tfw.relevance.vocabulary",
    "score_posts": "tfw.relevance.score",
    "score_table": "tfw.relevance.tables",
    "scrape_comments": "tfw.sources.web.comments",
    "scrape_posts": "tfw.sources.web.feeds",
    "start_desk": "tfw.desk.start.desk",
    "thresholds_desk": "tfw.desk.thresholds.desk",
    "topics_desk": "tfw.desk.topics.desk",
    "topics_page": "tfw.report.topics",
    "train_head": "tfw.relevance.head",
    "train_on_labels": "tfw.relevance.head_gain",
    "why": "tfw.relevance.why",
    "windows_table": "tfw.sources.research.views",
    "write_evaluation": "tfw.report.evaluation",
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
