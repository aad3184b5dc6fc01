"""What the lab's web site does wrong or otherwise on request: scenarios, called modes.

A mode is switched on by ``?mode=a,b`` in a page address, by the cookie ``lab_mode``, or for all
pages or single posts by ``POST /__control``. The first place that says something decides: the
control's list for the post, the address, the cookie, the control's list for all pages.
"""

import threading
from collections.abc import Iterable, Mapping
from typing import Any

from tfw.errors import SettingsError

Modes = frozenset[str]

_LAYOUTS = {
    "layout_b": "comments below the video, the window scrolls, `comment-time-1` and the like",
    "layout_c": "a side panel that opens at a click, virtualised, without comment ids",
    "sigi_page": "SIGI_STATE in place of the newer block; layout B; the first comments are in it",
    "embedded_comments": "as sigi_page, with every comment in the page and no list request",
    "comments_tab": "layout C, the comments behind a tab",
    "virtualised_list": "layout C whose threads show a skeleton before they are drawn",
    "stuck_sentinel": "lazy loading stops until the list is scrolled up and down again",
    "shuffled_hashes": "the hashes in class names change with every page",
    "renamed_all": "layout C in which classes, ids and data-e2e have names nobody knows",
    "localised_de": "German buttons",
    "localised_vi": "Vietnamese buttons",
    "localised_es": "Spanish buttons",
}
_LISTS = {
    "repeats": "half of every batch of a feed was in the batch before",
    "same_batch": "a feed gives its first batch again and again",
    "short_pages": "lists give fewer than asked for, once nothing, with more to come",
    "comments_null": "a last page with `comments: null` after all comments were given",
    "replies_by_three": "never more than three replies a call",
    "embedded_replies": "the first reply stands in its comment's `reply_comment`",
    "no_reply_total": "comments lack `reply_comment_total`",
    "uid_only_users": "the authors of comments have nothing but `uid`",
    "no_stats_v2": "items lack `statsV2`",
    "collect_count_text": "`collectCount` of a list item is a text",
    "photo_post": "posts are photo posts",
    "no_music_or_tags": "items lack `music`, `challenges` and `textExtra`",
    "emoji_rtl_captions": "captions hold emoji, right-to-left text and HTML",
    "number_ids": "ids in list answers are JSON numbers",
    "slow_reply": "every list answer takes two seconds more",
    "empty_once": "the first list answer is HTTP 200 with nothing in it",
    "empty_always": "every list answer is HTTP 200 with nothing in it",
    "verify_json": "list answers ask for a captcha in JSON",
    "http_403": "list answers are HTTP 403",
    "http_429": "list answers are HTTP 429",
    "http_500": "list answers are HTTP 500",
    "list_limit": "list answers have status code 10404",
    "refresh_panel": "one list answer fails; the page offers a Refresh button, which helps",
    "refresh_panel_always": "the same, and Refresh does not help",
    "none_load": "the counter says 50 or more, the comment list is empty",
}
_OBSTACLES = {
    "login_modal": "a login pop-up comes late, and once more while scrolling",
    "returning_modal": "a login pop-up comes back a second after each time it is closed",
    "guest_modal": "a login pop-up that closes by `Continue as guest` alone",
    "unclosable_modal": "a login pop-up that cannot be closed",
    "cookie_banner": "a cookie banner in an open shadow root",
    "guided_tour": "a guided tour over the page",
    "app_box": "a box that offers the app",
    "keyboard_box": "a box that explains keyboard shortcuts",
    "captcha_v1_hidden": "an older captcha that is in the page and cannot be seen",
    "captcha_v1": "an older captcha, solved by dragging its knob to the right end",
    "captcha_v2": "a newer captcha, solved by a click on the round shape",
    "please_wait": "a waiting page that lets a browser pass after a second",
    "please_wait_forever": "a waiting page that lets nobody pass",
}
_PAGES = {
    "private": "status code 10216",
    "private_account": "status code 10222",
    "geofenced": "status code 10231",
    "too_young": "status code 10213",
    "under_review": "status code 10227",
    "banned_user": "status code 10221",
    "login_needed": "status code 10102",
    "bot_shield": "status code 10114",
    "page_limit": "status code 10404",
    "unknown_code": "status code 100004",
    "server_error": "status code 10101",
    "age_gate": "`isContentClassified` and no media",
    "comments_off": "`itemCommentStatus` is 1",
    "no_item": "the page's JSON has no item and no status",
    "no_stats": "the item lacks `stats` and `statsV2`",
    "try_later": "`Page not available`, to be tried again later",
    "login_page": "the page leads to /login",
    "page_empty_once": "the first page is HTTP 200 with nothing in it",
    "page_empty": "the page is HTTP 200 with nothing in it",
    "page_403": "the page is HTTP 403",
    "page_429": "the page is HTTP 429",
    "page_500": "the page is HTTP 500",
}
# Status codes of the modes that make a post unavailable, with the message beside them.
UNAVAILABLE: dict[str, tuple[int, str]] = {
    "private": (10216, "item_privacy_authorization"),
    "private_account": (10222, "user_is_private"),
    "geofenced": (10231, "geo_fencing"),
    "too_young": (10213, "age_limit"),
    "under_review": (10227, "status_reviewing"),
    "banned_user": (10221, "user_banned"),
    "login_needed": (10102, "login_required"),
    "bot_shield": (10114, "bot_shield_block"),
    "page_limit": (10404, "fyp_video_list_limit"),
    "unknown_code": (100004, ""),
    "server_error": (10101, "server_error"),
}
_MESSAGES_OF_10204 = (
    "status_self_see status_deleted person_geo_fencing cross_border_violation"
    " item_privacy_authorization status_reviewing status_audit_not_pass content_classification"
    " copyright_geo_filter"
).split()
UNAVAILABLE |= {message: (10204, message) for message in _MESSAGES_OF_10204}
_UNAVAILABLE_10204 = {name: f"status code 10204 with `{name}`" for name in _MESSAGES_OF_10204}

MODES: dict[str, str] = {
    "normal": "nothing special; takes every other mode away",
    **_LAYOUTS,
    **_LISTS,
    **_OBSTACLES,
    **_PAGES,
    **_UNAVAILABLE_10204,
}


def parse_modes(given: object, where: str) -> Modes:
    """The modes in a text with commas or in a list of texts.

    Raises:
        SettingsError: a mode is unknown, or ``given`` is neither a text nor a list.
    """
    names = given.split(",") if isinstance(given, str) else given
    if not isinstance(names, Iterable) or isinstance(names, Mapping):
        raise SettingsError(f"{where} is {given!r}: it must be a list of modes.")
    modes = frozenset(str(name).strip() for name in names) - {""}
    unknown = sorted(modes - MODES.keys())
    if unknown:
        raise SettingsError(f"{where}: {unknown[0]!r} is no mode; valid: {', '.join(MODES)}.")
    return frozenset() if "normal" in modes else modes


class Scenarios:
    """The modes in force for all pages and for single posts, and how slow the site is.

    ``latency`` is in seconds a page or list answer, ``modal_seconds`` is when the login pop-up of
    the mode ``login_modal`` comes.
    """

    def __init__(self) -> None:
        self.everywhere: Modes = frozenset()
        self.posts: dict[str, Modes] = {}
        self.latency = 0.0
        self.modal_seconds = 8.0
        self._lock = threading.Lock()

    def of(self, post_id: str, query: str | None, cookie: str | None) -> Modes:
        """The modes of a request that concerns a post, or none where ``post_id`` is empty.

        Raises:
            SettingsError: the query or the cookie names an unknown mode.
        """
        with self._lock:
            if post_id in self.posts:
                return self.posts[post_id]
            if query is not None:
                return parse_modes(query, "mode in the address")
            return parse_modes(cookie, "cookie lab_mode") if cookie else self.everywhere

    def change(self, change: Mapping[str, Any]) -> None:
        """Put in force what was posted; the modes of posts that are not named stay.

        Raises:
            SettingsError: a key or value is wrong; nothing was changed.
        """
        unknown = [key for key in change if key not in _KEYS]
        if unknown:
            raise SettingsError(f"web: {unknown[0]!r} is not known; valid: {', '.join(_KEYS)}.")
        everywhere = parse_modes(change.get("modes", self.everywhere), "web.modes")
        posts = self._changed_posts(change.get("posts", {}))
        latency = _seconds("latency", change.get("latency", self.latency))
        modal_seconds = _seconds("modal_seconds", change.get("modal_seconds", self.modal_seconds))
        with self._lock:
            self.everywhere, self.posts = everywhere, posts
            self.latency, self.modal_seconds = latency, modal_seconds

    def _changed_posts(self, given: object) -> dict[str, Modes]:
        if given is None:
            return {}
        if not isinstance(given, Mapping):
            raise SettingsError(f"web.posts is {given!r}: it must map post ids to lists of modes.")
        found = {str(key): parse_modes(modes, f"web.posts.{key}") for key, modes in given.items()}
        return {**self.posts, **found}

    def state(self) -> dict[str, Any]:
        """The same as JSON values."""
        with self._lock:
            return {
                "modes": sorted(self.everywhere),
                "posts": {post_id: sorted(modes) for post_id, modes in self.posts.items()},
                "latency": self.latency,
                "modal_seconds": self.modal_seconds,
            }


_KEYS = ("modes", "posts", "latency", "modal_seconds")


def _seconds(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 600:
        raise SettingsError(f"web.{name} is {value!r}: it must be a number of seconds up to 600.")
    return float(value)
