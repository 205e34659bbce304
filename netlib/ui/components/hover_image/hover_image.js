// The image of the point under the pointer, beside it. Plotly's own hover knows words alone.
const SIDE = 28;
const SHOWN = 84;
const LOOK = {
  position: "fixed",
  zIndex: 1000,
  pointerEvents: "none",
  width: `${SHOWN}px`,
  height: `${SHOWN}px`,
  imageRendering: "pixelated",
  border: "1px solid #7c8798",
  borderRadius: "6px",
};
const wired = new WeakSet();
let now = null; // what the page last said: which chart, whose images
let card = null;

export default function ({ data }) {
  const said = { ...data, sheet: null };
  const bytes = Uint8Array.from(atob(data.sheet), (letter) => letter.charCodeAt(0));
  createImageBitmap(new Blob([bytes], { type: "image/png" })).then((sheet) => (said.sheet = sheet));
  now = said;
  document.addEventListener("pointerover", wire, true);
  return () => {
    document.removeEventListener("pointerover", wire, true);
    hide();
  };
}

function wire(event) {
  const chart = now && event.target.closest?.(`.st-key-${CSS.escape(now.chart)} .js-plotly-plot`);
  if (!chart || wired.has(chart)) return;
  wired.add(chart);
  chart.on("plotly_hover", show);
  chart.on("plotly_unhover", hide);
}

function show({ points, event }) {
  const place = now.images.indexOf(Number(points[0]?.customdata?.[0]));
  if (place < 0 || !now.sheet) return hide();
  if (!card) {
    card = document.body.appendChild(document.createElement("canvas"));
    card.width = card.height = SIDE;
    card.setAttribute("aria-hidden", "true"); // the words of the hover say the same
    Object.assign(card.style, LOOK);
  }
  const x = (place % now.columns) * SIDE;
  const y = Math.floor(place / now.columns) * SIDE;
  card.getContext("2d").drawImage(now.sheet, x, y, SIDE, SIDE, 0, 0, SIDE, SIDE);
  const left = event.clientX > SHOWN + 24 ? event.clientX - SHOWN - 16 : event.clientX + 16;
  card.style.left = `${left}px`;
  card.style.top = `${Math.max(event.clientY - SHOWN - 16, 4)}px`;
}

function hide() {
  card?.remove();
  card = null;
}
