import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.sources.web.small_site import SmallSite, small_site
from tfw.errors import ParameterError, SettingsError
from tfw.processes import command_of
from tfw.sources.web import browser as browser_module
from tfw.sources.web.browser import Browser, PersonEvent, open_browser
from tfw.sources.web.failures import BrowserLost, BrowserUnavailable, PageFailed
from tfw.sources.web.profile import SessionProfile
from tfw.sources.web.start import find_program

pytestmark = pytest.mark.browser

BIG = "7550552484896258577"
LIST = "/api/comment/list/"


@pytest.fixture(scope="module")
def site() -> Iterator[SmallSite]:
    with small_site() as site:
        yield site


@pytest.fixture(scope="module")
def browser(site: SmallSite) -> Iterator[Browser]:
    profile = SessionProfile(
        window=(900, 700), language="de-DE", time_zone="Asia/Tokyo", user_agent="Made up 1.0"
    )
    with open_browser(site=site.url, profile=profile, page_seconds=20) as browser:
        yield browser


def until(condition: Callable[[], object]) -> None:
    for _ in range(1_000):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it did not happen")


def test_opening_a_page_tells_where_the_browser_landed(browser: Browser, site: SmallSite) -> None:
    site.show("/page", "<title>A page</title>")
    before = browser.pages_opened
    landing = browser.open("/page")
    assert (landing.url, landing.status) == (f"{site.url}/page", 200)
    assert (landing.title, landing.bytes) == ("A page", 21)
    assert browser.pages_opened == before + 1


@pytest.mark.parametrize("status", [200, 403, 429, 500])
def test_an_empty_answer_has_its_status_and_no_bytes(
    browser: Browser, site: SmallSite, status: int
) -> None:
    landing = browser.open(site.show("/empty", "", status=status))
    assert (landing.url, landing.status, landing.bytes) == (f"{site.url}/empty", status, 0)


def test_a_page_that_ends_without_an_answer_is_a_failed_page(
    browser: Browser, site: SmallSite
) -> None:
    with pytest.raises(PageFailed, match=r"ERR_EMPTY_RESPONSE|without an answer"):
        browser.open(site.show("/cut", None))
    assert browser.open(site.show("/next", "fine")).status == 200


def test_a_page_that_takes_too_long_is_a_failed_page(site: SmallSite) -> None:
    site.show("/slow", "late", seconds=4)
    with open_browser(site=site.url, page_seconds=1) as hasty:
        with pytest.raises(PageFailed, match=r"/slow within 1 seconds"):
            hasty.open("/slow")
        assert hasty.run("return 1 + 1") == 2


def test_a_local_session_reaches_no_other_host(browser: Browser) -> None:
    with pytest.raises(PageFailed, match="NAME_NOT_RESOLVED"):
        browser.open("http://somewhere.example/")


def test_a_script_that_fails_is_told_with_its_message(browser: Browser, site: SmallSite) -> None:
    browser.open(site.show("/page", "<p>x"))
    with pytest.raises(PageFailed, match="no such thing"):
        browser.run("throw new Error('no such thing')")


def test_the_session_presents_itself_as_its_profile_says(browser: Browser, site: SmallSite) -> None:
    browser.open(site.show("/who", "<p>x"))
    told = browser.run(
        "return [navigator.languages, navigator.userAgent, innerWidth, innerHeight,"
        " Intl.DateTimeFormat().resolvedOptions().timeZone]"
    )
    assert told == [["de-DE", "de"], "Made up 1.0", 900, 700, "Asia/Tokyo"]
    headers = next(headers for path, headers in reversed(site.asked) if path == "/who")
    assert headers["Accept-Language"].startswith("de-DE,de;")
    assert headers["User-Agent"] == "Made up 1.0"


def test_pictures_are_not_loaded_until_a_person_needs_them(
    browser: Browser, site: SmallSite
) -> None:
    page = site.show("/pictures", '<img id="i" src="/one.jpeg">')
    site.show("/one.jpeg", "none", kind="image/jpeg")
    browser.open(page)
    assert not [path for path, _ in site.asked if path == "/one.jpeg"]
    browser.show_pictures()
    browser.open(page)
    until(lambda: [path for path, _ in site.asked if path == "/one.jpeg"])
    browser.show_pictures(False)


def test_a_call_from_the_page_gives_the_raw_text_with_whole_ids(
    browser: Browser, site: SmallSite
) -> None:
    site.show("/api/recommend/item_list/", f'{{"id": {BIG}}}', kind="application/json")
    browser.open(site.show("/page", "<p>x"))
    reply = browser.fetch("/api/recommend/item_list/", {"count": 3, "tag": "a b&c", "no": None})
    assert (reply.status, reply.text) == (200, f'{{"id": {BIG}}}')
    assert site.asked[-1][0] == "/api/recommend/item_list/?count=3&tag=a+b%26c"
    assert site.asked[-1][1]["Referer"] == f"{site.url}/page"


def test_a_call_without_an_answer_has_status_zero_and_a_reason(
    browser: Browser, site: SmallSite
) -> None:
    site.show("/api/recommend/item_list/", None)
    browser.open(site.show("/page", "<p>x"))
    reply = browser.fetch("/api/recommend/item_list/", {})
    assert reply.status == 0
    assert "Failed to fetch" in reply.text


PAGE_WITH_CALLS = """
<script>
const done = [];
fetch("/api/comment/list/?by=fetch").then((r) => r.json()).then((j) => done.push(j.n));
for (const type of ["", "json", "arraybuffer"]) {
  const request = new XMLHttpRequest();
  request.open("GET", "/api/comment/list/reply/?by=" + type);
  request.responseType = type;
  request.onload = () => done.push(1);
  request.send();
}
fetch("/other").then((r) => r.text()).then(() => done.push(1));
</script>
"""


def test_the_page_s_own_list_replies_are_kept_raw(browser: Browser, site: SmallSite) -> None:
    site.show(LIST, f'{{"n": 5, "id": {BIG}}}', kind="application/json")
    site.show("/api/comment/list/reply/", f'{{"id": "{BIG}"}}', kind="application/json")
    site.show("/other", "not a list")
    browser.open(site.show("/calls", PAGE_WITH_CALLS))
    until(lambda: len(browser.run("return done")) == 5)
    replies = {reply.url.removeprefix(site.url): reply.text for reply in browser.replies()}
    assert replies[f"{LIST}?by=fetch"] == f'{{"n": 5, "id": {BIG}}}'
    assert set(replies) == {f"{LIST}?by=fetch"} | {
        f"{LIST}reply/?by={kind}" for kind in ("", "json", "arraybuffer")
    }
    assert all(BIG in text for text in replies.values())
    assert browser.replies() == []


def test_a_call_of_ours_is_not_taken_for_one_of_the_page(browser: Browser, site: SmallSite) -> None:
    site.show(LIST, "{}", kind="application/json")
    browser.open(site.show("/page", "<p>x"))
    browser.fetch(LIST, {})
    assert browser.replies() == []


def test_the_page_cannot_tell_that_its_replies_are_kept(browser: Browser, site: SmallSite) -> None:
    site.show(LIST, "{}", kind="application/json")
    browser.open(site.show("/page", "<p>x"))
    native = "function () { [native code] }"
    assert browser.run(
        "return [String(fetch), fetch.name, fetch.length, String(XMLHttpRequest.prototype.send),"
        " Object.keys(window).filter((name) => /tfw|record/i.test(name))]"
    ) == [native, "fetch", 1, native, []]
    assert browser.run("try { fetch.call(1) } catch (e) { return e.name } return 'no error'") in (
        "TypeError",
        "no error",
    )


def test_replies_beyond_the_limit_are_counted_and_not_kept(
    browser: Browser, site: SmallSite
) -> None:
    site.show(LIST, json.dumps("x" * 6_000_000), kind="application/json")
    browser.open(site.show("/page", "<p>x"))
    browser.run(
        "window.done = 0; for (let i = 0; i < 4; i += 1) "
        f"fetch('{LIST}').then((r) => r.text()).then(() => {{ window.done += 1; }});"
    )
    until(lambda: browser.run("return window.done") == 4)
    before = browser.replies_lost
    assert len(browser.replies()) == 2
    assert browser.replies_lost == before + 2


DRAGGABLE = """
<body style="margin:0"><div id="knob" style="position:absolute;left:10px;top:10px;width:40px;
height:40px;background:red"></div><input id="field" style="position:absolute;top:100px"><script>
const seen = [];
for (const kind of ["pointerdown", "pointermove", "pointerup", "click"])
  document.addEventListener(kind, (e) => seen.push([kind, e.clientX, e.buttons, e.isTrusted]));
</script>
"""


def test_a_person_s_drag_and_keys_reach_the_page_as_a_person_s(
    browser: Browser, site: SmallSite
) -> None:
    browser.open(site.show("/drag", DRAGGABLE))
    browser.pass_on(PersonEvent("down", 20, 20))
    browser.pass_on(PersonEvent("move", 120, 20))
    browser.pass_on(PersonEvent("up", 120, 20))
    seen = browser.run("return seen")
    assert ["pointerdown", 20, 1, True] in seen
    assert ["pointermove", 120, 1, True] in seen
    assert ["pointerup", 120, 0, True] in seen
    browser.run("document.getElementById('field').focus()")
    for key in ("ñ", "b", "Backspace"):
        browser.pass_on(PersonEvent("key", key=key))
    assert browser.run("return document.getElementById('field').value") == "ñ"


def test_a_screenshot_shows_the_window_pixel_by_pixel(browser: Browser, site: SmallSite) -> None:
    browser.open(site.show("/page", "<p>x"))
    picture = browser.screenshot()
    size = (int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24]))
    assert (picture[:8], size) == (b"\x89PNG\r\n\x1a\n", (900, 700))


def test_a_saved_page_can_be_read_by_its_owner_alone(
    browser: Browser, site: SmallSite, tmp_path: Path
) -> None:
    browser.open(site.show("/page", "<p>héllo"))
    path = browser.save_page(tmp_path / "looks", "../a/b 1")
    assert path.parent == tmp_path / "looks"
    assert "héllo" in path.read_text(encoding="utf-8")
    assert {file.suffix for file in path.parent.iterdir()} == {".html", ".png"}
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}


def test_a_crashed_browser_is_lost_and_leaves_nothing_behind(site: SmallSite) -> None:
    site.show("/page", "<p>x")
    others = started_by(psutil.Process())
    with open_browser(site=site.url) as browser:
        browser.open("/page")
        mine = [process for process in started_by(psutil.Process()) if process not in others]
        for process in chromium_of(mine):
            process.kill()
        with pytest.raises(BrowserLost):
            browser.open("/page")
    until(lambda: not [process for process in mine if process.is_running()])


def test_a_browser_that_hangs_is_lost(site: SmallSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser_module, "PROBE_SECONDS", 1.0)
    site.show("/page", "<p>x")
    with open_browser(site=site.url, page_seconds=1) as browser:
        browser.open("/page")
        with pytest.raises(BrowserLost, match="hangs"):
            browser.run("while (true) {}")


def test_closing_from_another_thread_ends_a_call(site: SmallSite) -> None:
    site.show("/slow", "late", seconds=30)
    browser = open_browser(site=site.url)
    failures: list[BaseException] = []

    def visit() -> None:
        try:
            browser.open("/slow")
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=visit)
    thread.start()
    until(lambda: any(path == "/slow" for path, _ in site.asked))
    browser.close()
    thread.join(20)
    assert not thread.is_alive()
    assert isinstance(failures[0], BrowserLost)
    assert "it was closed" in str(failures[0])
    browser.close()


OWNER = """
import sys, time
from tfw.sources.web.browser import open_browser
with open_browser(site=sys.argv[1]) as browser:
    browser.open("/page")
    print(browser._process.folder, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_no_process_and_no_file_outlives_a_killed_owner(
    site: SmallSite, sign: signal.Signals
) -> None:
    site.show("/page", "<p>x")
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, site.url],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert owner.stdout is not None
    with owner.stdout as written:
        folder = Path(written.readline().strip())
        mine = started_by(psutil.Process(owner.pid))
        assert folder.is_dir()
        assert chromium_of(mine)
        # As Ctrl-C in a terminal does: the signal goes to the whole group.
        os.killpg(owner.pid, sign)
        owner.wait(30)
    until(lambda: not [process for process in mine if process.is_running()])
    until(lambda: not folder.exists())


def test_a_missing_program_is_told_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BrowserUnavailable, match=r"chromium was not found.*TFW_CHROMIUM"):
        open_browser(site="http://127.0.0.1:1")


def test_a_variable_that_names_no_program_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TFW_CHROMEDRIVER", "/nowhere/chromedriver")
    with pytest.raises(SettingsError, match="TFW_CHROMEDRIVER is '/nowhere/chromedriver'"):
        find_program("TFW_CHROMEDRIVER")


def test_a_driver_that_does_not_start_is_told_with_what_it_wrote(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "chromedriver"
    broken.write_text("#!/bin/sh\necho the wrong kind of driver\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("TFW_CHROMEDRIVER", str(broken))
    with pytest.raises(BrowserUnavailable, match=r"the wrong kind of driver"):
        open_browser(site="http://127.0.0.1:1")


def test_a_chromium_that_does_not_start_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("TFW_CHROMIUM", str(broken))
    with pytest.raises(BrowserUnavailable, match=r"chromium did not start with"):
        open_browser(site="http://127.0.0.1:1")


def test_a_grid_that_does_not_answer_is_told_without_its_password() -> None:
    with pytest.raises(BrowserUnavailable, match=r"No Selenium Grid answers at") as told:
        open_browser(site="http://127.0.0.1:1", remote_url="http://me:secret@127.0.0.1:9")
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("address", ["127.0.0.1:4444", "ftp://127.0.0.1", "http://", "http://h:x"])
def test_an_address_that_is_no_grid_is_refused(address: str) -> None:
    with pytest.raises(ParameterError, match="remote_url"):
        open_browser(site="http://127.0.0.1:1", remote_url=address)


def test_a_proxy_that_does_not_answer_is_named_as_what_to_check() -> None:
    profile = SessionProfile(proxy="http://127.0.0.1:9")
    with (
        open_browser(site="http://site.example", profile=profile) as browser,
        pytest.raises(PageFailed, match="check the proxy"),
    ):
        browser.open("/")


def started_by(owner: psutil.Process) -> list[psutil.Process]:
    return [
        process
        for process in owner.children(recursive=True)
        if any(word in " ".join(command_of(process.pid)) for word in ("chrom", "keeper.py"))
    ]


def chromium_of(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [
        process
        for process in processes
        if process.is_running() and "--user-data-dir" in " ".join(command_of(process.pid))
    ]
