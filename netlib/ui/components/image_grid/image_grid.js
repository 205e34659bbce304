// A radio group of small pictures: arrows walk, Enter or Space chooses. What it is given is shown as text, never as markup.
const ROOMY = [[8, 112], [24, 80], [48, 56]];

export default function ({ data, parentElement, setTriggerValue }) {
  let grid = parentElement.querySelector(".grid");
  if (!grid) {
    grid = document.createElement("div");
    grid.className = "grid";
    grid.setAttribute("role", "radiogroup");
    parentElement.appendChild(grid);
  }
  grid.setAttribute("aria-label", data.label);
  const digits = [...data.labels];
  if (grid.children.length !== digits.length) {
    grid.replaceChildren(...digits.map(tile));
    const roomy = ROOMY.find(([most]) => digits.length <= most);
    grid.style.setProperty("--tile", `${roomy ? roomy[1] : 44}px`);
  }
  const tiles = [...grid.children];
  const rows = Math.ceil(digits.length / data.columns);
  const repainted = grid.sprite !== data.sprite;
  grid.sprite = data.sprite;

  const mark = (chosen) =>
    tiles.forEach((element, index) => {
      element.setAttribute("aria-checked", String(index === chosen));
      element.tabIndex = index === chosen ? 0 : -1;
    });
  const walk = (index) => {
    tiles.forEach((element) => { element.tabIndex = -1; });
    tiles[index].tabIndex = 0;
    tiles[index].focus();
  };

  tiles.forEach((element, index) => {
    const name = data.name.replace("{image}", index).replace("{label}", digits[index]);
    if (element.title !== name) {
      element.title = name;
      element.setAttribute("aria-label", name);
      element.querySelector(".digit").textContent = digits[index];
    }
    if (repainted) {
      const ink = element.querySelector(".ink").style;
      ink.backgroundImage = `url("${data.sprite}")`;
      ink.backgroundSize = `${100 * data.columns}% ${100 * rows}%`;
      ink.backgroundPosition = `${share(index % data.columns, data.columns)}% ${share(Math.floor(index / data.columns), rows)}%`;
    }
    element.onclick = () => {
      mark(index); // at once; the page follows
      setTriggerValue("chosen", index);
    };
    element.onkeydown = (event) => {
      const across = getComputedStyle(grid).gridTemplateColumns.split(" ").length;
      const next = {
        ArrowRight: index + 1,
        ArrowLeft: index - 1,
        ArrowDown: index + across,
        ArrowUp: index - across,
        Home: 0,
        End: tiles.length - 1,
      }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      if (next >= 0 && next < tiles.length) walk(next);
    };
  });

  const focused = tiles.indexOf(grid.getRootNode().activeElement);
  mark(data.chosen);
  if (focused >= 0) walk(focused);
  if (grid.dataset.chosen !== String(data.chosen)) {
    grid.dataset.chosen = data.chosen;
    show(grid, tiles[data.chosen]);
  }
}

// Scrolls the grid alone; scrollIntoView would move the page too.
function show(grid, element) {
  const top = element.offsetTop;
  if (top < grid.scrollTop || top + element.offsetHeight > grid.scrollTop + grid.clientHeight) {
    grid.scrollTop = top - (grid.clientHeight - element.offsetHeight) / 2;
  }
}

// In a background the offset is a share of what is left over: 0 % for the first of the sheet, 100 % for the last.
function share(place, places) {
  return places > 1 ? (100 * place) / (places - 1) : 0;
}

function tile() {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "tile";
  element.setAttribute("role", "radio");
  for (const part of ["ink", "digit"]) {
    const span = document.createElement("span");
    span.className = part;
    span.setAttribute("aria-hidden", "true");
    element.append(span);
  }
  return element;
}
