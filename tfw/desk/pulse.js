// Asks the kernel for fresh figures while the desk is on the page, and only then: a cell that was
// cleared, closed or scrolled away asks no more, and so costs nothing.
function render({ model, el }) {
  el.classList.add("tfw-pulse");
  let waiting = false;
  const ask = () => {
    if (waiting || document.hidden || !el.isConnected) return;
    waiting = true;
    model.send({ kind: "ask" });
  };
  const answered = () => {
    waiting = false;
  };
  model.on("msg:custom", answered);
  const first = setTimeout(ask, 100);
  const timer = setInterval(ask, model.get("every_ms"));
  return () => {
    clearTimeout(first);
    clearInterval(timer);
    model.off("msg:custom", answered);
  };
}

export default { render };
