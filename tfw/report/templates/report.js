// Draws the charts from the data blocks beside them, in the colours of the page, and again for print.
(function () {
  "use strict";
  var PRINTED_WIDTH = 660;
  var PRINTED_HEIGHT = 0.85;
  var NARROW = 480;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  var charts = Array.prototype.slice.call(document.querySelectorAll(".chart"));
  var config = {
    responsive: true,
    displaylogo: false,
    // Nothing that would send the data anywhere: Plotly's own bar has a button that does.
    modeBarButtons: [["resetScale2d", "toImage"]],
    // Without a pointer that hovers, Plotly would show the bar all the time, over the drawing.
    displayModeBar: window.matchMedia("(hover: hover)").matches ? "hover" : false,
    plotlyServerURL: "",
  };
  var light = { text: "#414b57", line: "rgba(90,100,112,.20)", note: "#b84e00", veil: "rgba(255,255,255,.8)", box: "#ffffff" };
  var night = { text: "#c3cbd4", line: "rgba(160,172,186,.22)", note: "#ff9d5c", veil: "rgba(26,32,39,.8)", box: "#232b34" };
  // On dark paper the first colour has to stand out, and the grey of what is not fashion to step back.
  var brighter = { "#0072B2": "#3d9fe0", "#A9B0B8": "#66717d" };

  function read(box, isDark) {
    var text = document.getElementById(box.dataset.from).textContent;
    if (isDark) {
      Object.keys(brighter).forEach(function (colour) { text = text.split(colour).join(brighter[colour]); });
    }
    return JSON.parse(text);
  }

  function draw(box, isDark, width) {
    var chart = read(box, isDark);
    var layout = chart.layout;
    var colour = isDark ? night : light;
    layout.autosize = !width;
    layout.width = width;
    layout.margin.t = chart.data.length > 1 ? 48 : 16;
    layout.height = Math.round((layout.height - 40) * (width ? PRINTED_HEIGHT : 1));
    layout.font.color = colour.text;
    layout.hoverlabel = { align: "left", bgcolor: colour.box, font: { color: isDark ? "#eef1f4" : "#1d2733" } };
    layout.modebar = { color: colour.text, bgcolor: "rgba(0,0,0,0)" };
    [layout.xaxis, layout.yaxis].forEach(function (axis) {
      axis.gridcolor = axis.zerolinecolor = axis.linecolor = colour.line;
    });
    (layout.annotations || []).forEach(function (note) {
      note.font.color = colour.note;
      note.bgcolor = colour.veil;
    });
    if (box.clientWidth < NARROW) {
      // A finger that moves over a chart scrolls the page.
      layout.dragmode = false;
      layout.margin.l = 40;
      layout.margin.r = 8;
    }
    Plotly.react(box, chart.data, layout, config);
  }

  function drawAll() {
    charts.forEach(function (box) { draw(box, dark.matches); });
  }

  drawAll();
  dark.addEventListener("change", drawAll);
  window.addEventListener("afterprint", drawAll);
  window.addEventListener("beforeprint", function () {
    charts.forEach(function (box) { draw(box, false, PRINTED_WIDTH); });
  });

  // The text is chosen first, so that where a page may not copy the keyboard still can.
  var copy = document.getElementById("copy-methods");
  if (copy) {
    copy.hidden = false;
    copy.addEventListener("click", function () {
      window.getSelection().selectAllChildren(document.getElementById("methods-text"));
      var done = document.execCommand("copy");
      document.getElementById("copied").textContent = done ? "Copied." : "Chosen: copy it with Ctrl+C.";
    });
  }
})();
