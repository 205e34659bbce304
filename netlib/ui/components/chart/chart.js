// A chart that keeps its place: a change is drawn into what stands there (Plotly.react), where Streamlit's own element
// takes the old chart away and draws a new one. What it is given is data; Plotly shows words as text.
const PLOTLY = new URL("plotly-cartesian-4.1.1.min.js", import.meta.url);
const EXPAND = "M32 32C14 32 0 46 0 64v96c0 18 14 32 32 32s32-14 32-32V96h64c18 0 32-14 32-32s-14-32-32-32zM64 352c0-18-14-32-32-32S0 334 0 352v96c0 18 14 32 32 32h96c18 0 32-14 32-32s-14-32-32-32H64zM320 32c-18 0-32 14-32 32s14 32 32 32h64v64c0 18 14 32 32 32s32-14 32-32V64c0-18-14-32-32-32zM448 352c0-18-14-32-32-32s-32 14-32 32v64h-64c-18 0-32 14-32 32s14 32 32 32h96c18 0 32-14 32-32z";
const COLLAPSE = "M160 64c0-18-14-32-32-32S96 46 96 64v64H32c-18 0-32 14-32 32s14 32 32 32h96c18 0 32-14 32-32zM32 320c-18 0-32 14-32 32s14 32 32 32h64v64c0 18 14 32 32 32s32-14 32-32v-96c0-18-14-32-32-32zM352 64c0-18-14-32-32-32s-32 14-32 32v96c0 18 14 32 32 32h96c18 0 32-14 32-32s-14-32-32-32h-64zM320 320c-18 0-32 14-32 32v96c0 18 14 32 32 32s32-14 32-32v-64h64c18 0 32-14 32-32s-14-32-32-32z";

let library; // fetched once, at the latest when this file has come
function plotly() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = PLOTLY;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      library = undefined; // the next change asks again
      reject(new Error(`${PLOTLY} did not arrive`));
    };
    document.head.append(script);
  });
  return library;
}
plotly().catch(() => {});

const charts = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  let chart = charts.get(parentElement);
  if (!chart) charts.set(parentElement, (chart = new Chart(parentElement)));
  chart.choose = (point) => setTriggerValue("chosen", point);
  chart.show(data);
  return () => {
    charts.delete(parentElement);
    chart.remove();
  };
}

class Chart {
  constructor(parent) {
    this.host = document.createElement("div");
    this.host.className = "stPlotlyChart";
    this.host.setAttribute("role", "figure");
    this.plot = document.createElement("div");
    this.host.append(this.plot);
    parent.append(this.host);
    this.full = false;
    this.width = this.height = 0;
    this.sizes = new ResizeObserver(([entry]) => this.fit(entry.contentRect));
    this.sizes.observe(this.host);
    this.onkey = (event) => event.key === "Escape" && this.full && this.expand();
    document.addEventListener("keydown", this.onkey);
  }

  // The same bytes come with every run of the script; they are drawn again only where the page looks different.
  show(data) {
    const look = theme(this.host);
    if (same(data, this.data) && look === this.look) return;
    this.look = look;
    if (!same(data, this.data)) {
      this.data = data;
      this.given = JSON.parse(new TextDecoder().decode(data));
      this.host.setAttribute("aria-label", this.given.alt);
      this.configure();
      this.lay();
    }
    this.draw();
  }

  // Plotly draws all anew where its settings are another object.
  configure() {
    const settings = JSON.stringify([this.given.config, this.full]);
    if (settings === this.settings) return;
    this.settings = settings;
    const title = this.full ? "Close fullscreen" : "Fullscreen";
    const icon = { width: 450, height: 512, path: this.full ? COLLAPSE : EXPAND };
    const button = { name: title, title, icon, click: () => this.expand() };
    const { modeBarButtonsToRemove = [], ...others } = this.given.config;
    this.config = {
      ...others,
      showSendToCloud: false, // a picture goes to nobody
      modeBarButtonsToRemove: [...modeBarButtonsToRemove, "sendChartToCloud"],
      modeBarButtonsToAdd: [button],
    };
  }

  // In the top layer of the page it is above everything, and it has not moved in the page.
  expand() {
    this.full = !this.full;
    if (this.full) {
      this.host.popover = "manual";
      this.host.showPopover();
    } else {
      this.host.hidePopover();
      this.host.popover = null;
    }
    document.body.style.overflow = this.full ? "hidden" : "";
    this.configure();
    this.lay();
    this.draw();
  }

  lay() {
    const style = this.host.style;
    style.contain = this.full ? "" : "size";
    style.boxSizing = "border-box";
    style.width = this.full ? "100vw" : "";
    style.height = this.full ? "100vh" : `${this.given.figure.layout.height}px`;
    style.padding = this.full ? "1rem" : "";
    style.border = this.full ? "none" : "";
    style.background = this.full ? "var(--st-background-color)" : "";
  }

  fit({ width, height }) {
    if (!width || (width === this.width && height === this.height)) return;
    this.width = width;
    this.height = height;
    this.host.dataset.testid = "stPlotlyChart"; // from now on there is something to wait for
    this.draw();
  }

  // In view first, then the larger one.
  get rank() {
    const { top, bottom } = this.host.getBoundingClientRect();
    return (bottom > 0 && top < innerHeight ? 1e9 : 0) + this.width * this.height;
  }

  draw() {
    if (!this.width) return;
    waiting.add(this);
    this.host.dataset.stale = "true";
    drawAll().catch(console.error);
  }

  drawNow(Plotly) {
    delete this.host.dataset.stale;
    const { data, layout } = this.given.figure;
    const size = { width: this.width, height: this.full ? this.height : layout.height };
    Plotly.react(this.plot, data, { ...layout, ...size, template: this.look }, this.config);
    if (this.listens) return;
    this.listens = true;
    this.plot.on("plotly_click", ({ points: [point] }) => {
      if (!this.given.chosen || !point) return;
      const { x, y, pointNumber, hovertext, customdata } = point;
      this.choose({
        x: x ?? null,
        y: y ?? null,
        index: Array.isArray(pointNumber) ? null : pointNumber,
        hovertext: String(hovertext ?? ""),
        customdata: customdata?.length === undefined ? [] : Array.from(customdata),
      });
    });
  }

  remove() {
    if (this.full) document.body.style.overflow = "";
    waiting.delete(this);
    this.sizes.disconnect();
    document.removeEventListener("keydown", this.onkey);
    window.Plotly?.purge(this.plot);
    this.host.remove();
  }
}

// Of the charts that change together the first is shown before the others are drawn.
const waiting = new Set();
let busy = false;

async function drawAll() {
  if (busy) return;
  busy = true;
  try {
    const Plotly = await plotly();
    await import(import.meta.url); // comes after the calls for the other charts of one change, which come the same way
    for (let first = true; waiting.size; first = false) {
      const next = [...waiting].reduce((best, each) => (each.rank > best.rank ? each : best));
      waiting.delete(next);
      next.drawNow(Plotly);
      if (first && waiting.size) await shown();
    }
  } finally {
    busy = false;
  }
}

function shown() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    const behind = () => port2.postMessage(0); // the task behind a frame
    if (document.hidden) behind();
    else requestAnimationFrame(behind);
  });
}

function same(one, other) {
  return one === other || (other && one.length === other.length && one.every((byte, index) => byte === other[index]));
}

// What Streamlit's own chart makes of the page's theme, as a template of Plotly's; the same object for the same theme.
let known, template;
function theme(element) {
  const style = getComputedStyle(element);
  const names = ["background-color", "heading-color", "border-color", "font", "heading-font"];
  const read = names.map((name) => style.getPropertyValue(`--st-${name}`).trim());
  if (read.join("|") === known) return template;
  known = read.join("|");
  const [background, heading, border, family, headings] = read;
  const dark = parseInt(background.slice(1, 3), 16) < 128;
  const color = dark ? "#e6eaf1" : "#808495";
  const grid = dark ? "#31333f" : "#e6eaf1";
  const small = { color, size: 12 };
  const title = { font: { color, size: 14 } };
  const axis = {
    zerolinecolor: grid, gridcolor: grid, tickcolor: grid, tickfont: small, minor: { gridcolor: grid }, automargin: true,
  };
  const bar = {
    thickness: 16, xpad: 24, ticklabelposition: "outside", outlinecolor: "transparent", outlinewidth: 8, len: 0.75,
    y: 0.5745, title, tickfont: small,
  };
  template = {
    data: { scatter: [{ marker: { line: { width: 0 } } }] },
    layout: {
      coloraxis: { colorbar: bar },
      font: { color, family, size: 12, weight: 400 },
      title: { font: { family: headings, size: 16, color: heading }, pad: { l: 4 }, xanchor: "left", x: 0 },
      legend: {
        title: { font: small, side: "top" }, valign: "top", bordercolor: "transparent", borderwidth: 0,
        font: { size: 12, color: dark ? "#fafafa" : "#262730" },
      },
      paper_bgcolor: background,
      plot_bgcolor: background,
      xaxis: { ...axis, showgrid: false, zeroline: false, title: { ...title, standoff: 20 } },
      yaxis: { ...axis, ticklabelposition: "outside", title: { ...title, standoff: 24 } },
      margin: { pad: 8, r: 0, l: 0 },
      hoverlabel: { bgcolor: background, bordercolor: border, font: { color, family, size: 12 } },
    },
  };
  return template;
}
