// PageDown and PageUp press a button also while a slider or a choice has the focus: Streamlit's own shortcuts do not.
const REACHED = ["range", "radio", "checkbox"];
let press = null;

export default function ({ data }) {
  stop(); // there is one at most, whatever was drawn before
  press = (event) => {
    const name = { PageDown: data.on, PageUp: data.back }[event.key];
    const target = event.composedPath()[0];
    if (!name || !(target instanceof HTMLInputElement) || !REACHED.includes(target.type)) return;
    const button = document.querySelector(`.st-key-${CSS.escape(name)} button:not(:disabled)`);
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    target.blur(); // from here on the shortcuts work again
    button.click();
  };
  document.addEventListener("keydown", press, true);
  return stop;
}

function stop() {
  document.removeEventListener("keydown", press, true);
}
