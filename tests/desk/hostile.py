"""Text that tries to be more than text, in every place where the platform or a person puts some."""

from selenium import webdriver
from selenium.webdriver.common.by import By

from tests.report import world
from tfw.records import Author, Comment, CommentStatus, TermHit
from tfw.relevance.labels import Label, LabelValue, add_labels
from tfw.store import Store

OVERRIDE = "\u202e"
SCRIPT = "</script><script>window.pwned='script'</script>"
IMAGE = "<img src=x onerror=\"window.pwned='image'\">"
SVG = "\"><svg onload=window.pwned='svg'>"
LINK = "<a href=\"javascript:window.pwned='link'\">dress</a>"
STYLE = "</style><style>body{display:none!important}</style>"
FRAME = "<iframe srcdoc=\"<script>parent.pwned='frame'</script>\"></iframe>"
FORMULA = '=HYPERLINK("http://example.invalid","dress")'
TEMPLATE = "{{ 7 * 191 }} {% raw %} ${7*191} $\\href{javascript:alert(1)}{x}$"
REVERSED = f"{OVERRIDE}gpj.exe dress"
ALL = (SCRIPT, IMAGE, SVG, LINK, STYLE, FRAME, FORMULA, TEMPLATE, REVERSED)

# Everything in a page that a hostile text may have become, in the page and in its frames.
FINDINGS = """
const found = [];
const look = (view) => {
  let page;
  try { page = view.document; } catch { return; }
  if (view.pwned) found.push("ran: " + view.pwned);
  for (const made of page.querySelectorAll("img[src='x'], svg[onload], iframe[srcdoc^='<script']"))
    if (made.getAttribute("onerror") || made.hasAttribute("onload") || made.tagName === "IFRAME")
      found.push("became an element: " + made.outerHTML.slice(0, 80));
  for (const link of page.querySelectorAll("a[href]"))
    if (/^\\s*javascript:/i.test(link.getAttribute("href"))) found.push("a link: " + link.href);
  for (const style of page.querySelectorAll("style"))
    if (style.textContent.includes("display:none!important}") &&
        style.textContent.trim().startsWith("body{")) found.push("became a style");
  const walker = page.createTreeWalker(page.body || page, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (/^\\s*(1337)\\s*$/.test(text.data)) found.push("a template was evaluated");
    if (!text.data.includes("\\u202e")) continue;
    const holder = text.parentElement;
    if (["SCRIPT", "STYLE", "TEXTAREA", "OPTION"].includes(holder.tagName)) continue;
    if (holder.closest(".cm-editor")) continue;
    let kept = false;
    for (let at = holder; at && !kept; at = at.parentElement)
      kept = ["isolate", "isolate-override", "plaintext"].includes(
        view.getComputedStyle(at).unicodeBidi) && view.getComputedStyle(at).display !== "block"
        || at.tagName === "BDI";
    if (!kept) found.push("turns its neighbours: " + holder.outerHTML.slice(0, 120));
  }
  for (let i = 0; i < view.frames.length; i++) look(view.frames[i]);
};
look(window);
return found;
"""


def fill_with_hostile_text(store: Store) -> None:
    """Posts, comments, names, labels, a vocabulary and an import whose texts are all hostile."""
    posts = []
    for place, post in enumerate(world.posts(60)):
        text = ALL[place % len(ALL)]
        posts.append(
            post.model_copy(
                update={
                    "description": f"{text} linen blazer #{OVERRIDE}ootd",
                    "author": Author(name=text[:60]),
                    "hashtags": (text[:60].lower(), "ootd"),
                    "created_at": post.created_at or world.START,
                    "comments": CommentStatus(state="off", reason=text, reported=9, collected=0),
                    "queries": (text,),
                }
            )
        )
    store.upsert_posts(posts)
    scores = []
    for place, post in enumerate(posts):
        found = world.scored(post)
        hit = TermHit(term=ALL[place % len(ALL)], kind="topic", spans=())
        why = f"fashion: {ALL[place % len(ALL)]}"
        scores.append(
            (post.id, found.model_copy(update={"terms": (*found.terms, hit), "why": why}))
        )
    store.save_relevance(scores)
    store.upsert_comments(
        Comment(
            id=str(8_000 + place),
            post_id=posts[0].id,
            text=text,
            source="web-page",
            collected_at=world.START,
        )
        for place, text in enumerate(ALL)
    )
    _label(store, [post.id for post in posts])
    store.put("vocabularies", hostile_vocabulary())
    store.put(
        "imports",
        {**world.imported(), "file": SCRIPT, "reasons": dict.fromkeys(ALL, 1)},
    )


def _label(store: Store, ids: list[str]) -> None:
    answers = [LabelValue.FASHION, LabelValue.NOT]
    for coder in (IMAGE[:60], REVERSED):
        add_labels(
            store,
            [
                Label(post_id=id_, coder=coder, label=answers[(place + len(coder)) % 2], note=SVG)
                for place, id_ in enumerate(ids[:20])
            ],
        )


def hostile_vocabulary():
    """A vocabulary whose terms and topics are hostile, as the posts are scored with."""
    made = world.vocabulary(world.topic_view([*ALL, *(f"word{n}" for n in range(40))]))
    for topic, text in zip(made["topics"], ALL, strict=False):
        topic["name"] = text
        topic["terms"] = [{"term": term, "weight": 0.1} for term in ALL]
    made["terms"] += [{"term": text, "kind": "topic", "count": 9, "topic": 1} for text in ALL]
    made["name"] = SCRIPT
    return made


def findings(browser: webdriver.Chrome) -> list[str]:
    """What hostile text has become in the page that a browser shows; empty when it is text."""
    found: list[str] = browser.execute_script(FINDINGS)
    return found


def texts_shown(browser: webdriver.Chrome) -> str:
    """All text of the page and its frames, as a person could select it."""
    texts = [browser.find_element(By.TAG_NAME, "body").get_attribute("textContent")]
    for frame in browser.find_elements(By.TAG_NAME, "iframe"):
        browser.switch_to.frame(frame)
        texts.append(browser.find_element(By.TAG_NAME, "body").get_attribute("textContent"))
        browser.switch_to.default_content()
    return "\n".join(texts)
