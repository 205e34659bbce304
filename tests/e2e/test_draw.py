"""The Draw page in a real browser: by mouse, finger and keyboard, as a picture; the answer follows, and every page too."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from netlib.drawing import Message, frame, ink, read
from tests.e2e.test_matrix import faults
from tests.e2e.visitor import borrow

PAD = "canvas[role=application]"
SEVEN = [(0.25, 0.2), (0.7, 0.2), (0.45, 0.85)]
KEEP = "canvas => { window.pad = canvas.closest('.pad').pad; }"


def pad(tab):
    """The pad, kept for questions; where it is on the screen."""
    canvas = tab.page.locator(PAD)
    canvas.wait_for()
    canvas.scroll_into_view_if_needed()
    canvas.evaluate(KEEP)
    return canvas.bounding_box()


def strokes(tab):
    """What the pad itself holds, read as the server reads it."""
    sent = tab.page.evaluate("() => JSON.parse(JSON.stringify(window.pad.strokes))")
    message = read({"strokes": sent, "keeps": False, "pen": 80, "done": True, "number": 1})
    assert isinstance(message, Message)
    return message.strokes


def said(tab):
    """What the charts of the desk say: the image, the probabilities, the steps."""
    return tab.pictures()[:3]


def is_read(tab):
    """Whether the page shows what is on the pad: the box, and the scaled size, of these very strokes."""
    framed = frame(ink(strokes(tab)))
    words = f"a box of {framed.box.height} by {framed.box.width} of the pad's 280 pixels becomes {framed.small.shape[0]} by {framed.small.shape[1]},"
    return any(words in alt for alt in said(tab))


def draw(tab, box, places, steps=8):
    """One stroke of the mouse, slowly."""
    mouse = tab.page.mouse
    mouse.move(*at(box, places[0]))
    mouse.down()
    for place in places[1:]:
        mouse.move(*at(box, place), steps=steps)
    mouse.up()


def at(box, place):
    return box["x"] + place[0] * box["width"], box["y"] + place[1] * box["height"]


def nothing_drawn(tab):
    return "Nothing is drawn yet" in tab.answer


def test_by_mouse_the_answer_follows_the_stroke_and_undo_and_clear_take_it_back(visitor):
    visitor.open("/draw")
    assert nothing_drawn(visitor)
    before, box = said(visitor), pad(visitor)
    mouse = visitor.page.mouse
    mouse.move(*at(box, (0.25, 0.2)))
    mouse.down()
    mouse.move(*at(box, (0.7, 0.2)), steps=8)
    visitor.wait_for(lambda: is_read(visitor), "the answer while the pen is still down")
    under_way = said(visitor)
    assert under_way[1] != before[1]
    mouse.move(*at(box, (0.45, 0.85)), steps=8)
    visitor.wait_for(lambda: is_read(visitor), "the answer to the longer stroke")
    assert said(visitor)[2] != under_way[2]
    mouse.up()
    visitor.settle()
    assert len(strokes(visitor)) == 1
    one = said(visitor)
    draw(visitor, box, [(0.2, 0.5), (0.8, 0.55)])
    visitor.wait_for(lambda: is_read(visitor), "the answer to two strokes")
    visitor.settle()
    assert len(strokes(visitor)) == 2
    visitor.page.get_by_role("button", name="Undo", exact=True).click()
    visitor.wait_for(lambda: said(visitor) == one, "the drawing of before")
    visitor.page.get_by_role("button", name="Clear", exact=True).click()
    visitor.wait_for(lambda: nothing_drawn(visitor), "the empty pad")
    visitor.settle()
    assert said(visitor) == before
    assert visitor.page.get_by_role("button", name="Clear", exact=True).is_disabled()


@pytest.mark.long
def test_a_hasty_hand_loses_nothing(visitor):
    visitor.open("/draw")
    box = pad(visitor)
    for row in range(8):
        draw(visitor, box, [(0.1, 0.1 + row / 10), (0.9, 0.1 + row / 10)], steps=3)
    assert len(strokes(visitor)) == 8
    visitor.wait_for(lambda: is_read(visitor), "the answer to the last stroke", 30)
    visitor.settle()
    assert len(strokes(visitor)) == 8  # nothing that the page sends back takes away what was drawn meanwhile
    assert is_read(visitor)


def test_a_finger_draws_and_the_page_does_not_scroll(browser, server):
    with borrow(browser, server.url, width=390, height=844, has_touch=True) as tab:
        tab.open("/draw")
        box = pad(tab)
        scrolled = tab.page.locator("[data-testid=stMain]").evaluate("main => main.scrollTop")
        finger = tab.page.context.new_cdp_session(tab.page)

        def touch(kind, place=None):
            points = [] if place is None else [dict(zip("xy", at(box, place), strict=True))]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        touch("touchStart", (0.5, 0.15))
        for step in range(1, 11):
            touch("touchMove", (0.5, 0.15 + 0.07 * step))  # down, as if to scroll
        touch("touchEnd")
        tab.wait_for(lambda: strokes(tab) and is_read(tab), "the answer to a finger")
        ((stroke),) = strokes(tab)
        assert len(stroke.points) >= 8
        assert stroke.points[-1][1] - stroke.points[0][1] > 600  # the whole way: the browser has not taken it over
        assert tab.page.locator("[data-testid=stMain]").evaluate("main => main.scrollTop") == scrolled
        assert all(
            b["height"] >= 44 and b["width"] >= 44
            for b in (e.bounding_box() for e in tab.page.locator(".pad button").all())
        )
        assert not tab.scrolls_sideways()
        assert tab.errors == []


def test_by_keyboard_alone(visitor):
    visitor.open("/draw")
    pad(visitor)
    visitor.page.locator(PAD).focus()
    keyboard = visitor.page.keyboard
    status = visitor.page.locator(".pad [role=status]")
    keyboard.press("ArrowLeft")
    assert strokes(visitor) == ()  # the pen is up
    keyboard.press("Space")
    assert status.text_content() == "The pen is down."
    for _ in range(4):
        keyboard.press("Shift+ArrowDown")
    for _ in range(6):
        keyboard.press("ArrowRight")
    visitor.wait_for(lambda: is_read(visitor), "the answer while the pen is down")
    keyboard.press("Space")
    assert status.text_content() == "The pen is up."
    (stroke,) = strokes(visitor)
    assert (stroke.points[0], stroke.points[4], stroke.points[-1]) == ((475, 250), (475, 650), (625, 650))
    visitor.settle()
    assert visitor.page.locator("canvas:focus").count() == 1  # the page has followed, and the keys are where they were
    keyboard.press("Control+z")
    visitor.wait_for(lambda: nothing_drawn(visitor), "nothing left")
    keyboard.press("Tab")  # undo and clear are disabled: the pen widths come next
    keyboard.press("ArrowRight")
    assert visitor.page.locator(".pen[aria-checked=true]").get_attribute("aria-label") == "thick"


def test_a_sample_fills_the_pad_and_a_stroke_changes_it(visitor):
    visitor.open("/draw", "image=5")
    sample = said(visitor)
    visitor.page.get_by_role("button", name="Put image 5 on the pad").click()
    visitor.wait_for(lambda: not nothing_drawn(visitor), "the sample on the pad")
    visitor.settle()
    assert said(visitor)[1] == sample[1]  # framed once more it is the same digit
    draw(visitor, pad(visitor), [(0.1, 0.1), (0.9, 0.1)])
    visitor.wait_for(lambda: said(visitor)[1] != sample[1], "another answer")
    visitor.settle()
    visitor.page.get_by_role("button", name="Undo", exact=True).click()
    visitor.wait_for(lambda: said(visitor)[1] == sample[1], "the sample alone")
    visitor.settle()
    visitor.page.get_by_role("button", name="Undo", exact=True).click()
    visitor.wait_for(lambda: nothing_drawn(visitor), "not even the sample")


def test_framing_is_seen_to_matter_when_it_is_switched_off(visitor):
    visitor.open("/draw")
    draw(visitor, pad(visitor), [(0.6 + 0.3 * x, 0.6 + 0.3 * y) for x, y in SEVEN])
    visitor.wait_for(lambda: is_read(visitor), "the framed answer")
    visitor.settle()
    framed = said(visitor)
    row, column = map(float, re.search(r"row (\d+\.\d), column (\d+\.\d)", framed[0]).groups())
    assert abs(row - 14) <= 0.6
    assert abs(column - 14) <= 0.6
    visitor.page.locator(".st-key-drawn_framing label").click()
    visitor.wait_for(lambda: "without framing" in said(visitor)[2], "the unframed pad")
    row, column = map(float, re.search(r"row (\d+\.\d), column (\d+\.\d)", said(visitor)[0]).groups())
    assert row > 18
    assert column > 18
    assert said(visitor)[1] != framed[1]


def test_the_drawing_is_looked_at_on_other_pages_and_is_still_there_afterwards(visitor):
    visitor.open("/draw", "image=3")
    draw(visitor, pad(visitor), SEVEN)
    visitor.wait_for(lambda: is_read(visitor), "the answer")
    visitor.settle()
    drawn = strokes(visitor)
    visitor.page.locator(".st-key-drawn_label").get_by_text("7", exact=True).click()
    visitor.settle()
    visitor.page.get_by_role("button", name="Look at it on every page").click()
    visitor.wait_for(lambda: "your own digit" in visitor.answer, "the banner")
    visitor.settle()
    largest = re.search(r"the largest is ([\d.]+) for digit (\d)", said(visitor)[1]).groups()
    visitor.menu("Home")
    assert any("a handwritten 7." in alt for alt in visitor.pictures())
    assert any("the largest is {} for digit {}".format(*largest) in alt for alt in visitor.pictures())
    visitor.menu("Draw")
    pad(visitor)
    assert strokes(visitor) == drawn
    assert is_read(visitor)
    visitor.page.get_by_role("button", name="Clear", exact=True).click()
    visitor.wait_for(lambda: "your own digit" not in visitor.answer, "the batch's own digits")


def test_a_picture_from_a_file(visitor):
    pixels = np.zeros((200, 200, 3), np.uint8) + 240
    pixels[40:160, 90:110] = 20  # a one
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=90)
    visitor.open("/draw")
    pad(visitor)
    visitor.page.get_by_role("button", name="From a picture").click()
    chooser = visitor.page.locator("[data-testid=stFileUploader] input[type=file]")
    chooser.set_input_files({"name": "one.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()})
    visitor.wait_for(lambda: not nothing_drawn(visitor), "the picture on the pad")
    visitor.settle()
    assert visitor.page.evaluate("() => window.pad.under.style.backgroundImage").startswith('url("data:image/png')
    assert re.search(r"becomes 20 by [34],", said(visitor)[2])
    chooser.set_input_files({"name": "x.svg", "mimeType": "image/svg+xml", "buffer": b"<svg onload='alert(1)'/>"})
    visitor.page.get_by_text("The file must be a PNG or a JPEG picture.").wait_for()
    assert not nothing_drawn(visitor)


@pytest.mark.parametrize(
    "tab",
    [
        "Disturb it",
        "Slopes",
        *(pytest.param(tab, marks=pytest.mark.long) for tab in ("Hide a place", "Smallest change")),
    ],
)
def test_every_probe_follows_the_drawing(visitor, tab):
    visitor.open("/draw", "weights=kaiming_normal")
    visitor.page.get_by_role("tab", name=tab).click()
    visitor.settle()
    before = visitor.at_rest(visitor.pictures)[3:]
    assert before
    draw(visitor, pad(visitor), SEVEN)
    visitor.wait_for(lambda: is_read(visitor), "the answer")
    visitor.wait_for(lambda: visitor.pictures()[3:] != before, "the probe of the drawing")
    assert not visitor.page.locator(".st-key-failure").count()


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_axe_finds_no_fault_with_something_drawn(browser, server, scheme):
    with borrow(browser, server.url, color_scheme=scheme) as tab:
        tab.open("/draw")
        draw(tab, pad(tab), SEVEN)
        tab.wait_for(lambda: is_read(tab), "the answer")
        tab.settle()
        assert faults(tab) == []
        tab.page.locator(PAD).focus()
        tab.page.keyboard.press("ArrowDown")
        assert faults(tab) == []
        assert tab.errors == []
