"""What a page has of its own, whatever the page: each control is reached by the tab key and changed by keyboard alone.

The controls are looked for on the page, so a new one is tried by itself; those that a tab or a button brings up, too.
Layer strip and image grid have tests of their own, for they stand in a shadow root that the search does not enter.
"""

import re
from urllib.parse import urlsplit

import pytest

from tests.e2e.screenshots import PAGES, address
from tests.e2e.test_train import step
from tests.e2e.visitor import borrow

# What the search must not press: the browser test of the rest is named.
LEFT_ALONE = {
    "start_download": "asks hosts outside: tests/ui/test_full_mnist.py",
    "train_pause": "is there while it trains and gone a moment later: pressed by keyboard in test_train.py",
    "sweep_cancel": "is there while networks come in: pressed by keyboard in test_sweep.py",
}

# What sets a training going: while its worker starts, the page is at rest, and there is nothing yet to be taken back.
TRAINS = ("train_start", "train_step", "train_epoch")

# Of the next training or sweep, which has not begun: nothing else on the page need follow.
FOR_LATER = (
    "train_optimizer",
    "train_rate_",
    "train_batch",
    "train_decay",
    "train_dropout",
    "train_epochs",
    "sweep_field_",
)

# Every control in sight that can be used, as [kind, family]. Controls of one family differ by a number.
SEARCH = """() => {
    const OPEN = ':is(button, input, summary, a[href], [role=tab])';
    const STREAMLITS = '[data-testid=stElementToolbar], [data-testid=stBaseButton-elementToolbar], .modebar,'
        + '[data-testid=stHeadingWithActionElements], [data-testid=stTooltipIcon], [data-testid=stFileUploader]';
    const plain = e => e.getAttribute('role') || (e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase());
    const kind = e => (e.tagName === 'INPUT' && e.closest('[data-testid=stForm]') ? 'answer ' : '') + plain(e);
    const found = [];
    for (const e of document.querySelectorAll(`[data-testid=stMain] ${OPEN}`)) {
        if (!e.getClientRects().length || e.disabled || e.closest(STREAMLITS)) continue;
        const parts = [e.closest('[class*=st-key-]'), e.closest('[data-testid=stExpander]')].filter(part => part);
        const key = parts.length ? [...parts[0].classList].find(name => name.startsWith('st-key-')) || '' : '';
        if (e.tagName === 'BUTTON' && e.closest('[data-testid=stSelectbox], [data-testid=stNumberInput]')) continue;
        const family = (key.slice(7) || e.innerText.split('\\n').pop().slice(0, 40)).replace(/\\d+/g, '#');
        e.dataset.tried = `${kind(e)} ${family}`;
        found.push([kind(e), family]);
    }
    return found;
}"""
FOCUSED = "() => document.activeElement && document.activeElement.dataset.tried || ''"
OWN = "() => { const e = document.activeElement; return `${e.value} ${e.checked} ${e.ariaChecked} ${e.ariaValueNow}`; }"
# What stands on the page but for the controls' own values, the address apart.
SEEN = """() => {
    const all = selector => [...document.querySelectorAll(selector)];
    const OWN = '[data-testid=stSlider], [data-testid=stSelectSlider], [data-testid=stSelectbox], [data-testid=stRadio],'
        + '[data-testid=stCheckbox], [data-testid=stTextInput], [data-testid=stNumberInput], [data-testid=stButtonGroup]';
    const words = e => e.matches(OWN) ? '' : e.children.length
        ? [...e.childNodes].map(part => part.nodeType === 1 ? words(part) : part.nodeValue || '').join(' ')
        : e.checkVisibility() ? e.textContent : '';
    return all('[data-testid=stMain], [data-testid=stPopoverBody]').map(words)
        + all('[data-testid=stPlotlyChart]').map(e => e.innerHTML) + all('[data-testid=stMain] img').map(e => e.src);
}"""


def seen(tab):
    """Words and pictures, as one string."""
    return tab.at_rest(lambda: tab.page.evaluate(SEEN))


def controls(tab):
    """Kind and family of each control in sight."""
    return list(dict.fromkeys(map(tuple, tab.page.evaluate(SEARCH))))


def keys(kind):
    """The ways of changing a control of this kind by keyboard, the first one that does it."""
    return {
        "tab": (["ArrowRight"], ["Enter"]),
        "radio": (["Space"],),
        "combobox": (["ArrowDown", "ArrowDown", "Enter"], ["ArrowUp", "ArrowUp", "Enter"]),
        "range": (["ArrowRight"], ["ArrowLeft"]),
        "checkbox": (["Space"],),
        "switch": (["Space"],),
        "text": (["ControlOrMeta+a", "3", "Enter"],),
    }.get(kind, (["Enter"],))


def focus(tab, kind, family):
    """Puts the focus on it; of several choices on the first that is not the chosen one."""
    chosen = {"tab": "[aria-selected=true]", "radio": "[aria-checked=false]"}.get(kind, "")
    tab.page.locator(f'[data-tried="{kind} {family}"]{chosen}').first.focus()


def change(tab, kind, family, before):
    """Changes it by keyboard, and sees that words or pictures follow upon what was seen before."""
    if kind.startswith("answer"):  # in a form: it is looked at when the form's button is pressed
        for place in tab.page.locator(f'[data-tried="{kind} {family}"]').all():
            place.focus()
            tab.page.keyboard.press("3" if kind == "answer number" else "Space")
            assert tab.page.evaluate("() => document.activeElement.checked || document.activeElement.value === '3'")
        return
    if family.startswith(("csv_", "take_", "parquet_")):
        focus(tab, kind, family)
        with tab.page.expect_download():
            tab.page.keyboard.press("Enter")
        return
    focus(tab, kind, family)
    if family.startswith(FOR_LATER):
        own = tab.page.evaluate(OWN)
        for key in keys(kind)[0]:
            tab.page.keyboard.press(key)
        tab.wait_for(lambda: tab.page.evaluate(OWN) != own, f"the {kind} {family} being changed")
        tab.settle()
        return
    for way in keys(kind):
        for key in way:
            tab.page.keyboard.press(key)
        if follows(tab, before):
            return
    raise AssertionError(f"nothing follows the {kind} {family}")


def next_of(left):
    """A form first, fields before button. Buttons and links last, for with another network or page all else is new."""
    fields = [control for control in left if control[0].startswith("answer")]
    ready = [control for control in left if control[1].startswith("check_")]
    others = [control for control in left if control[0] not in ("button", "a")]
    return (fields or ready or others or left[::-1])[0]


def follows(tab, before, seconds=6):
    """Whether something changes within the time."""
    for _ in range(int(seconds * 10)):
        if tab.page.evaluate(SEEN) != before:
            return True
        tab.page.wait_for_timeout(100)
    return False


def reached_by_tab(tab, wanted):
    """Which of the controls the tab key comes by on its way from the layer strip."""
    reached = set()
    tab.page.locator(".chip[aria-checked=true]").focus()
    for _ in range(80):
        tab.page.keyboard.press("Tab")
        reached.add(tab.page.evaluate(FOCUSED))
        if wanted <= reached:
            break
    return reached & wanted


@pytest.mark.parametrize("page", PAGES)
def test_every_control_is_reached_by_tab_and_changed_by_keyboard_and_the_picture_follows(browser, server, page):
    with borrow(browser, server.url) as tab:
        tab.open(address(page), "hidden=20-10&lang=en")
        wanted = {f"{kind} {family}" for kind, family in controls(tab)}
        assert reached_by_tab(tab, wanted) == wanted
        tried = set()
        before = seen(tab)
        while left := [control for control in controls(tab) if control not in tried and control[1] not in LEFT_ALONE]:
            kind, family = next_of(left)
            tried.add((kind, family))
            change(tab, kind, family, before)
            if tab.page.locator("[data-testid=stPopoverBody]").count():
                tab.page.keyboard.press("Escape")
            if urlsplit(tab.page.url).path.rstrip("/") != address(page).rstrip("/"):
                tab.page.go_back()
            if family in TRAINS:
                tab.wait_for(lambda: step(tab) > 0, "the first step", 60)
            before = seen(tab)
        assert len(tried) >= 2, "the search finds nothing"
        assert any(re.match("try_|chapter_", family) for _, family in tried)
        assert tab.errors == []
        assert tab.elsewhere == []
