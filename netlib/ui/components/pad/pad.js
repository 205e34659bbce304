// A pad to draw a digit on, by mouse, pen, finger or keys. What it is given is shown as text, never as markup.
const PIXELS = 560; // of the canvas, twice what is usually seen
const NEAR = 6; // a point closer than this to the last one, in thousandths of the side, adds nothing
const PATIENCE = 1500; // ms after which a message that was not answered no longer holds back the next
const STEP = { fine: 25, coarse: 100 };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".pad") || build(parentElement, data);
  const pad = root.pad;
  pad.send = (message) => setTriggerValue("drawn", message);
  pad.data = data;
  pad.answered = data.answered;
  if (pad.edition !== data.edition) {
    pad.edition = data.edition;
    pad.strokes = data.strokes.map((stroke) => ({ width: stroke.width, points: [...stroke.points] }));
    pad.line = null;
    pad.keeps = data.under !== "";
    pad.pen = data.pen;
    pad.waiting = false;
    if (pad.sent === undefined) pad.sent = data.answered;
  }
  pad.under.style.backgroundImage = pad.keeps ? `url("${data.under}")` : "none";
  speak(pad, data.words);
  paint(pad);
  if (pad.waiting && pad.answered >= pad.sent) tell(pad, pad.done);
  return () => clearTimeout(pad.timer);
}

// --- what is sent ---------------------------------------------------------------------------------------------------

// While the pen moves, the next message waits until the last one was answered: so the page follows as fast as it can.
function tell(pad, done) {
  clearTimeout(pad.timer);
  const free = pad.answered >= pad.sent || Date.now() - pad.sentAt > PATIENCE;
  pad.done = done;
  if (!free && !done) {
    pad.waiting = true;
    pad.timer = setTimeout(() => tell(pad, pad.done), PATIENCE);
    return;
  }
  pad.waiting = false;
  pad.sent = Math.max(pad.sent, pad.answered) + 1;
  pad.sentAt = Date.now();
  pad.send({ strokes: pad.strokes, keeps: pad.keeps, pen: pad.pen, done, number: pad.sent });
}

// --- strokes --------------------------------------------------------------------------------------------------------

function begin(pad, x, y) {
  if (pad.strokes.length >= pad.data.mostStrokes || isFull(pad)) return say(pad, pad.data.words.full);
  pad.line = { width: pad.pen, points: [x, y] };
  pad.strokes.push(pad.line);
  changed(pad, false);
}

function go(pad, x, y) {
  const points = pad.line.points;
  if (isFull(pad)) return say(pad, pad.data.words.full);
  if (Math.hypot(x - points[points.length - 2], y - points[points.length - 1]) < NEAR) return;
  points.push(x, y);
  changed(pad, false);
}

function end(pad) {
  if (!pad.line) return;
  pad.line = null;
  changed(pad, true);
}

function changed(pad, done) {
  paint(pad);
  tell(pad, done);
}

function isFull(pad) {
  return pad.strokes.reduce((sum, stroke) => sum + stroke.points.length / 2, 0) >= pad.data.mostPoints;
}

function undo(pad) {
  pad.line = null;
  if (pad.strokes.length) pad.strokes.pop();
  else pad.keeps = false;
  wiped(pad);
}

function clear(pad) {
  pad.line = null;
  pad.strokes = [];
  pad.keeps = false;
  wiped(pad);
}

function wiped(pad) {
  say(pad, "");
  if (!pad.keeps) pad.under.style.backgroundImage = "none";
  changed(pad, true);
}

// --- what is seen ---------------------------------------------------------------------------------------------------

function paint(pad) {
  const brush = pad.canvas.getContext("2d");
  const scale = PIXELS / pad.data.side;
  brush.clearRect(0, 0, PIXELS, PIXELS);
  brush.lineCap = brush.lineJoin = "round";
  brush.strokeStyle = brush.fillStyle = "#fff";
  for (const { width, points } of pad.strokes) {
    brush.lineWidth = width * scale;
    brush.beginPath();
    brush.moveTo(points[0] * scale, points[1] * scale);
    for (let i = 0; i < points.length; i += 2) brush.lineTo(points[i] * scale, points[i + 1] * scale);
    brush.stroke();
  }
  if (pad.byKeys) cursor(pad, brush, scale);
  const empty = !pad.strokes.length && !pad.keeps;
  pad.undo.disabled = pad.clear.disabled = empty;
  [...pad.pens.children].forEach((pen, index) => {
    const chosen = pad.data.pens[index] === pad.pen;
    pen.setAttribute("aria-checked", String(chosen));
    pen.tabIndex = chosen ? 0 : -1;
  });
}

// A ring of the pen's size where the keys stand, filled while the pen is down.
function cursor(pad, brush, scale) {
  const [x, y] = [pad.x * scale, pad.y * scale];
  const radius = Math.max((pad.pen * scale) / 2, 8);
  for (const [color, width] of [["#000", 6], ["#dd6b20", 3]]) {
    brush.strokeStyle = color;
    brush.lineWidth = width;
    brush.beginPath();
    brush.arc(x, y, radius, 0, 2 * Math.PI);
    brush.moveTo(x - radius - 10, y);
    brush.lineTo(x + radius + 10, y);
    brush.moveTo(x, y - radius - 10);
    brush.lineTo(x, y + radius + 10);
    brush.stroke();
  }
}

function say(pad, sentence) {
  if (pad.said.textContent !== sentence) pad.said.textContent = sentence;
}

function speak(pad, words) {
  pad.canvas.setAttribute("aria-label", words.label);
  pad.undo.textContent = words.undo;
  pad.clear.textContent = words.clear;
  pad.pens.setAttribute("aria-label", words.pen);
  pad.keys.textContent = words.keys;
  [words.thin, words.middle, words.thick].forEach((name, index) => {
    pad.pens.children[index].setAttribute("aria-label", name);
    pad.pens.children[index].title = name;
  });
}

// --- what is done ---------------------------------------------------------------------------------------------------

function listen(pad) {
  const { canvas } = pad;
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top].map((at, axis) =>
      bounded(pad, (at / (axis ? box.height : box.width)) * pad.data.side),
    );
  };
  canvas.onpointerdown = (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    pad.byKeys = false;
    pad.line = null;
    begin(pad, ...place(event));
  };
  canvas.onpointermove = (event) => {
    if (!pad.line || !event.isPrimary || pad.byKeys) return;
    const passed = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const one of passed.length ? passed : [event]) go(pad, ...place(one));
  };
  canvas.onpointerup = canvas.onpointercancel = (event) => event.isPrimary && !pad.byKeys && end(pad);
  canvas.onkeydown = (event) => press(pad, event);
  canvas.onblur = () => {
    if (!pad.byKeys) return;
    pad.byKeys = false;
    say(pad, "");
    end(pad);
    paint(pad);
  };
  pad.undo.onclick = () => undo(pad);
  pad.clear.onclick = () => clear(pad);
  const pens = [...pad.pens.children];
  const choose = (index) => {
    pad.pen = pad.data.pens[index];
    changed(pad, true);
  };
  pens.forEach((pen, index) => {
    pen.onclick = () => choose(index);
    pen.onkeydown = (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = (index + step + pens.length) % pens.length;
      pens[next].focus();
      choose(next);
    };
  });
}

function press(pad, event) {
  const arrow = ARROWS[event.key];
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") undo(pad);
  else if (event.ctrlKey || event.metaKey || event.altKey) return;
  else if (arrow) walk(pad, arrow, event.shiftKey ? STEP.coarse : STEP.fine);
  else if (event.key === " ") turn(pad);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function walk(pad, [right, down], step) {
  pad.byKeys = true;
  pad.x = bounded(pad, pad.x + right * step);
  pad.y = bounded(pad, pad.y + down * step);
  if (pad.line) go(pad, pad.x, pad.y);
  paint(pad);
}

function turn(pad) {
  pad.byKeys = true;
  if (pad.line) {
    say(pad, pad.data.words.up);
    end(pad);
  } else {
    say(pad, pad.data.words.down);
    begin(pad, pad.x, pad.y);
  }
}

function bounded(pad, at) {
  return Math.min(Math.max(Math.round(at), 0), pad.data.side);
}

// --- its parts ------------------------------------------------------------------------------------------------------

function build(parentElement, data) {
  const root = element("div", "pad");
  const under = element("div", "paper");
  const canvas = element("canvas", "");
  canvas.width = canvas.height = PIXELS;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-describedby", "pad-keys");
  under.append(canvas);
  const tools = element("div", "tools");
  const [undoButton, clearButton] = [button("undo"), button("clear")];
  const pens = element("div", "pens");
  pens.setAttribute("role", "radiogroup");
  for (const width of data.pens) {
    const pen = button("pen");
    pen.setAttribute("role", "radio");
    const dot = element("span", "dot");
    dot.style.width = dot.style.height = `${width / 6 + 2}px`;
    pen.append(dot);
    pens.append(pen);
  }
  tools.append(undoButton, clearButton, pens);
  const keys = element("p", "keys");
  keys.id = "pad-keys";
  const said = element("p", "said");
  said.setAttribute("role", "status");
  root.append(under, tools, said, keys);
  root.pad = {
    under, canvas, undo: undoButton, clear: clearButton, pens, keys, said,
    x: data.side / 2, y: data.side / 4, sentAt: 0, byKeys: false, data,
  };
  listen(root.pad);
  parentElement.append(root);
  return root;
}

function element(kind, name) {
  const made = document.createElement(kind);
  made.className = name;
  return made;
}

function button(name) {
  const made = element("button", name);
  made.type = "button";
  return made;
}
