// The list calls of the page.

const COMMON = {
  aid: 1988,
  app_language: "en",
  app_name: "tiktok_web",
  browser_language: navigator.language,
  browser_name: "Mozilla",
  channel: "tiktok_web",
  cookie_enabled: navigator.cookieEnabled,
  device_platform: "web_pc",
  from_page: "video",
  history_len: history.length,
  is_page_visible: true,
  os: "linux",
  region: "US",
};

// The answer of a list; an Error where it is none.
export async function ask(path, parameters) {
  const response = await fetch(`${path}?${new URLSearchParams({ ...COMMON, ...parameters })}`);
  const text = await response.text();
  if (!response.ok || !text) throw new Error(`${path} answered ${response.status}`);
  const answer = JSON.parse(text, exactly);
  const status = answer.status_code ?? answer.statusCode ?? 0;
  if (status || answer.type === "verify") throw new Error(`${path} answered with ${status}`);
  return answer;
}

// Ids may be written as numbers that are too large to be numbers here.
function exactly(key, value, context) {
  return typeof value === "number" && !Number.isSafeInteger(value) && /^\d+$/.test(context?.source)
    ? context.source
    : value;
}

// Calls `load` whenever `sentinel` comes into view of `root` (the window where it is null).
export function whenSeen(sentinel, root, load) {
  const observer = new IntersectionObserver(
    (entries) => entries.some((entry) => entry.isIntersecting) && load(),
    { root, rootMargin: "0px 0px 200px 0px" },
  );
  observer.observe(sentinel);
  // Looking anew tells at once whether the sentinel is still in view.
  return () => {
    observer.unobserve(sentinel);
    observer.observe(sentinel);
  };
}
