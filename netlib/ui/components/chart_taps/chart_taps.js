// A finger chooses the point that it taps. Plotly chooses what the pointer was last over, and a finger is never over
// anything before it touches: without this, each tap would choose the point of the tap before.
const CHART = "[data-testid=stPlotlyChart]";

const hover = (event) => {
  if (event.pointerType === "mouse" || !event.target.closest?.(CHART)) return;
  const { clientX, clientY } = event;
  event.target.dispatchEvent(new MouseEvent("mousemove", { bubbles: true, clientX, clientY, view: window }));
};

export default function () {
  document.addEventListener("pointerdown", hover, true);
  return () => document.removeEventListener("pointerdown", hover, true);
}
