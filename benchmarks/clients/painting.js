// Notes when each picture of the page was last painted, and when a key was last pressed. Times are those of
// performance.now(). A picture counts as painted in the first task after the frame that shows its last change.
(() => {
  const CODE = '[data-testid=stMain] [data-testid=stCode] pre';  // the Code page answers with its program
  const PICTURES = `.js-plotly-plot, [data-testid=stImage] img, [data-testid=stMain] canvas, ${CODE}`;
  const painted = new Map();
  const changed = new Set();
  const state = { pressed: 0, sent: 0, received: 0, largest: 0, touched: 0, framed: false };

  // When the change left for the server, and when the largest message about it, which is the picture, came back.
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...about) {
      super(...about);
      this.addEventListener('message', ({ data }) => {
        if (data.byteLength > state.largest) Object.assign(state, { received: performance.now(), largest: data.byteLength });
      });
    }
    send(message) {
      if (state.sent < state.pressed) state.sent = performance.now();
      super.send(message);
    }
  };

  const afterPaint = new MessageChannel();
  afterPaint.port1.onmessage = () => {
    const now = performance.now();
    for (const picture of changed) painted.set(picture, now);
    changed.clear();
    state.framed = false;
  };
  const note = (picture) => {
    changed.add(picture);
    state.touched = performance.now();
    if (!state.framed) {
      state.framed = true;
      requestAnimationFrame(() => afterPaint.port2.postMessage(0));
    }
  };
  const look = (node) => {
    const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
    const around = element && element.closest(PICTURES);
    if (around) note(around);
  };
  new MutationObserver((records) => {
    for (const record of records) {
      look(record.target);
      for (const node of record.addedNodes) {
        if (node.querySelectorAll) node.querySelectorAll(PICTURES).forEach(note);
      }
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  // What an image shows changes when it has loaded, not when its address is set.
  document.addEventListener('load', (event) => look(event.target), true);
  document.addEventListener('keydown', (event) => {
    Object.assign(state, { pressed: event.timeStamp, largest: 0 });
  }, true);

  window.painting = {
    // The script has ended, and no picture has changed for a while.
    quiet: (milliseconds) => {
      const app = document.querySelector('[data-testid=stApp]');
      return Boolean(app) && app.dataset.testScriptState === 'notRunning' && !state.framed
        && performance.now() - state.touched > milliseconds;
    },
    // When each picture on the page was painted, in the order of the page; 0 for not yet. Asks for no layout.
    painted: () => [...document.querySelectorAll(PICTURES)].map((picture) => painted.get(picture) || 0),
    areas: () => [...document.querySelectorAll(PICTURES)].map((picture) => {
      const { left, right, top, bottom } = picture.getBoundingClientRect();
      // What lies below the window is not painted, however large it is.
      const width = Math.min(right, innerWidth) - Math.max(left, 0);
      const height = Math.min(bottom, innerHeight) - Math.max(top, 0);
      return Math.max(width, 0) * Math.max(height, 0);
    }),
    way: () => ({ pressed: state.pressed, sent: state.sent, received: state.received }),
    origin: () => performance.timeOrigin,
  };
})();
