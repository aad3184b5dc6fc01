// Keeps the raw text of the list replies that a page receives, unseen by the page.
//
// Runs before any script of the page. The page's functions become proxies of the native ones, so
// they look and behave as before; whatever fails in here is kept from the page.
(() => {
  "use strict";
  const LISTS = /\/api\/(?!preload\/)[\w/]*(?:item_list|comment\/list|comment\/list\/reply)\/?(?:\?|$)|\/browse\/api\/get-video-list/;
  const MOST_CHARACTERS = 16000000;
  const MOST_REPLIES = 2000;
  const { apply } = Reflect;
  const { then } = Promise.prototype;
  const { clone, text: textOf } = Response.prototype;
  const { stringify } = JSON;
  const isSafe = Number.isSafeInteger;
  const test = RegExp.prototype.test;
  const Decoder = TextDecoder;

  let kept = [];
  let characters = 0;
  let lost = 0;
  let quiet = false;

  const keep = (url, status, text) => {
    if (characters + text.length > MOST_CHARACTERS || kept.length >= MOST_REPLIES) {
      lost += 1;
      return;
    }
    characters += text.length;
    kept[kept.length] = [url, status, text];
  };
  const wanted = (url) => !quiet && apply(test, LISTS, [url]);
  const harmless = (work) => {
    try {
      return work();
    } catch (error) {
      lost += 1;
      return undefined;
    }
  };

  const recordFetch = (response) => harmless(() => {
    if (!wanted(response.url)) return;
    const { url, status } = response;
    const done = apply(textOf, apply(clone, response, []), []);
    apply(then, done, [(text) => harmless(() => keep(url, status, text)), () => { lost += 1; }]);
  });
  window.fetch = new Proxy(window.fetch, {
    apply(target, self, list) {
      const silent = quiet;
      const promise = apply(target, self, list);
      if (!silent) harmless(() => apply(then, promise, [recordFetch, () => {}]));
      return promise;
    },
  });

  // A reply that the page had parsed gives no raw text; one whose numbers were rounded is useless.
  const rewritten = (value) => {
    let exact = true;
    const text = stringify(value, (key, inner) => {
      if (typeof inner === "number" && inner % 1 === 0 && !isSafe(inner)) exact = false;
      return inner;
    });
    return exact ? text : null;
  };
  const bodyOf = (request) => {
    if (request.responseType === "" || request.responseType === "text") return request.responseText;
    if (request.responseType === "json") return rewritten(request.response);
    if (request.responseType === "arraybuffer") return new Decoder().decode(request.response);
    return null;
  };
  const recordRequest = (request) => harmless(() => {
    if (!wanted(request.responseURL)) return;
    const text = bodyOf(request);
    if (typeof text === "string") keep(request.responseURL, request.status, text);
    else lost += 1;
  });
  const prototype = XMLHttpRequest.prototype;
  const listen = EventTarget.prototype.addEventListener;
  prototype.send = new Proxy(prototype.send, {
    apply(target, self, list) {
      if (!quiet) {
        harmless(() => apply(listen, self, ["load", () => recordRequest(self), { once: true }]));
      }
      return apply(target, self, list);
    },
  });

  Object.defineProperty(window, Symbol.for("tfw"), {
    enumerable: false,
    value: Object.freeze({
      take() {
        const taken = [kept, lost];
        kept = [];
        characters = 0;
        lost = 0;
        return taken;
      },
      unrecorded(work) {
        quiet = true;
        try {
          return work();
        } finally {
          quiet = false;
        }
      },
    }),
  });
})();
