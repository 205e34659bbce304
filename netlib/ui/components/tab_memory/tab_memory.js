// One word that this tab keeps over a reload, and no link ever carries: sessionStorage is the tab's own.
const NAME = "layerscope-training";

export default function ({ data, setTriggerValue }) {
  try {
    if (data.forget) sessionStorage.removeItem(NAME);
    else if (data.keep) sessionStorage.setItem(NAME, data.keep);
    else {
      const kept = sessionStorage.getItem(NAME);
      if (kept) setTriggerValue("found", kept);
    }
  } catch {
    // A browser that allows no storage: a reload then begins anew.
  }
}
