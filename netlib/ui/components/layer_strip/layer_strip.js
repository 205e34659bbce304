// A radio group of chips, one a layer. What it is given is shown as text, never as markup.
export default function ({ data, parentElement, setTriggerValue }) {
  let strip = parentElement.querySelector(".strip");
  if (!strip) {
    strip = document.createElement("div");
    strip.className = "strip";
    strip.setAttribute("role", "radiogroup");
    parentElement.appendChild(strip);
  }
  strip.setAttribute("aria-label", data.label);
  const shape = JSON.stringify(data.layers.map((layer) => layer.name));
  if (strip.dataset.shape !== shape) {
    strip.dataset.shape = shape;
    strip.replaceChildren(span("input", data.input), ...data.layers.flatMap(() => [span("arrow", "→"), chip()]));
  }
  const chips = [...strip.querySelectorAll(".chip")];
  const choose = (index) => setTriggerValue("chosen", data.layers[index].name);
  chips.forEach((element, index) => {
    const layer = data.layers[index];
    const chosen = layer.name === data.chosen;
    element.querySelector(".name").textContent = layer.name;
    element.querySelector(".detail").textContent = layer.detail;
    element.setAttribute("aria-checked", String(chosen));
    element.tabIndex = chosen ? 0 : -1;
    element.onclick = () => choose(index);
    element.onkeydown = (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = (index + step + chips.length) % chips.length;
      chips[next].focus();
      choose(next);
    };
    if (chosen && strip.dataset.chosen !== data.chosen) {
      strip.dataset.chosen = data.chosen;
      strip.scrollLeft = element.offsetLeft - strip.clientWidth / 2 + element.clientWidth / 2;
    }
  });
}

function span(name, content) {
  const element = document.createElement("span");
  element.className = name;
  element.textContent = content;
  element.setAttribute("aria-hidden", "true");
  return element;
}

function chip() {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "chip";
  element.setAttribute("role", "radio");
  element.append(span("name", ""), span("detail", ""));
  [...element.children].forEach((part) => part.removeAttribute("aria-hidden"));
  return element;
}
