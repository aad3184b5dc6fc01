// Shows a report in a frame of its own: it comes packed, because pages have several megabytes.
async function unpack(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

export default {
  render({ model, el }) {
    const frame = document.createElement("iframe");
    // Its scripts draw charts; they reach neither the notebook nor anything stored for its address.
    frame.setAttribute("sandbox", "allow-scripts allow-popups allow-popups-to-escape-sandbox allow-modals");
    frame.className = "tfw-report-frame";
    el.appendChild(frame);

    async function show() {
      const packed = model.get("packed");
      frame.title = model.get("title");
      frame.hidden = !packed || packed.byteLength === 0;
      frame.srcdoc = frame.hidden ? "" : await unpack(packed);
    }

    model.on("change:packed", show);
    show();
    return () => model.off("change:packed", show);
  },
};
