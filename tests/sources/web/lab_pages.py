"""What the browser tests share: a lab, and the addresses of its posts."""

from collections.abc import Iterator
from contextlib import contextmanager

from tfw.lab.app import RunningLab, running_lab
from tfw.lab.content import World, WorldPost
from tfw.sources.web.browser import Browser, PersonEvent
from tfw.sources.web.captcha import find_captcha
from tfw.sources.web.landing import PageReport, read_landing

WORLD = World(seed=11, posts=120)


def public_posts(count: int) -> list[WorldPost]:
    """Some posts that everybody can see, with comments."""
    posts = (WORLD.post(index) for index in range(len(WORLD)))
    found = [post for post in posts if post.public and not post.comments_off and post.comments > 9]
    return found[:count]


def address(post: WorldPost) -> str:
    return f"/@{post.account.handle}/video/{post.id}"


POST = public_posts(1)[0]


@contextmanager
def lab_of_posts() -> Iterator[RunningLab]:
    with running_lab(WORLD) as lab:
        yield lab


def show(lab: RunningLab, browser: Browser, *modes: str) -> None:
    """Open the post's page in these modes, in a session that saw nothing before."""
    lab.control(web={"modes": list(modes), "modal_seconds": 0.0})
    browser.cdp("Network.clearBrowserCookies", {})
    browser.open(address(POST))


def report(lab: RunningLab, browser: Browser, *modes: str, patience: float = 5.0) -> PageReport:
    """What the post's page is in these modes."""
    lab.control(web={"modes": list(modes), "modal_seconds": 0.0})
    browser.cdp("Network.clearBrowserCookies", {})
    return read_landing(browser, browser.open(address(POST)), patience=patience)


class Person:
    """Somebody who looks at the page and moves the pointer, a step at a time."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.steps = 0

    def __call__(self) -> None:
        self.steps += 1
        if self.steps == 2:
            captcha = find_captcha(self.browser)
            assert captcha is not None
            self.drag() if captcha.generation == "V1" else self.click()

    def drag(self) -> None:
        x, y = self.middle(".secsdk-captcha-drag-icon")
        self.browser.pass_on(PersonEvent("down", x, y))
        for step in range(1, 9):
            self.browser.pass_on(PersonEvent("move", x + 50 * step, y))
        self.browser.pass_on(PersonEvent("up", x + 400, y))

    def click(self) -> None:
        x, y = self.middle('img[alt="Captcha"]')
        for kind in ("down", "up"):
            self.browser.pass_on(PersonEvent(kind, x + 100, y))  # type: ignore[arg-type]

    def middle(self, selector: str) -> tuple[float, float]:
        script = "const b = document.querySelector(arguments[0]).getBoundingClientRect();"
        x, y = self.browser.run(
            script + "return [b.left + b.width / 2, b.top + b.height / 2]", selector
        )
        return x, y
