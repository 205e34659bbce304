"""Every control changed by keyboard alone, and the picture seen to follow."""

import pytest

SIDEBAR = "[data-testid=stSidebar]"


def by_typing(name, words):
    """Focuses a text field, replaces its text, presses Enter."""

    def do(tab):
        field = tab.page.locator(SIDEBAR).get_by_role("textbox", name=name, exact=True).first
        field.focus()
        tab.page.keyboard.press("Control+a")
        tab.page.keyboard.type(words)
        tab.page.keyboard.press("Enter")

    return do


def by_arrow(name, key="ArrowRight"):
    """Focuses a slider and presses an arrow."""

    def do(tab):
        tab.page.locator(SIDEBAR).get_by_role("slider", name=name).focus()
        tab.page.keyboard.press(key)

    return do


def by_menu(name, option):
    """Opens a menu from the keyboard, types the option, presses Enter."""

    def do(tab):
        tab.page.locator(SIDEBAR).get_by_role("combobox", name=name).first.focus()
        tab.page.keyboard.press("ArrowDown")
        tab.page.keyboard.type(option)
        tab.page.keyboard.press("Enter")

    return do


def by_space(name):
    """Focuses a button or a choice and presses the space bar."""

    def do(tab):
        found = tab.page.locator(SIDEBAR).get_by_role("radio", name=name, exact=True)
        found = found.or_(tab.page.locator(SIDEBAR).get_by_role("button", name=name, exact=True))
        found = found.or_(tab.page.locator(SIDEBAR).get_by_role("checkbox", name=name, exact=True))
        found.first.focus()
        tab.page.keyboard.press("Space")

    return do


# control, what a person does, the field of the link that follows and what it says then
CONTROLS = {
    "language": (by_space("Русский"), "lang", "ru"),
    "preset": (by_menu("Preset", "dead"), "biases", "constant:-2"),
    "hidden sizes": (by_typing("Hidden sizes", "20-10"), "hidden", "20-10"),
    "hidden layers": (by_arrow("Hidden layers"), "hidden", "128-64-64"),
    "units": (by_arrow("Units"), "hidden", "129-129"),
    "activation": (by_menu("Activation", "tanh"), "activation", "tanh"),
    "weights": (by_menu("Weights", "zeros"), "weights", "zeros"),
    "biases": (by_menu("Biases", "normal"), "biases", "normal:0.01"),
    "seed": (by_typing("Seed of the weights", "5"), "seed", "5"),
    "split": (by_space("test"), "split", "test"),
    "batch size": (by_arrow("Batch size"), "size", "65"),
    "image": (by_arrow("Image looked at"), "image", "1"),
    "seed of the batch": (by_typing("Seed of the batch", "8"), "batch_seed", "8"),
    "digits": (by_space("3"), "digits", "0-1-2-4-5-6-7-8-9"),
}


@pytest.mark.parametrize("control", CONTROLS)
def test_a_control_is_changed_by_keyboard_and_the_picture_follows(visitor, control):
    do, field, expected = CONTROLS[control]
    visitor.open("/")
    before = visitor.page.locator("[data-testid=stMain]").inner_text(), visitor.pictures(), picture(visitor)
    do(visitor)
    visitor.wait_for(lambda: visitor.parameters.get(field) == expected, f"{field}={expected}")
    visitor.settle()
    after = visitor.page.locator("[data-testid=stMain]").inner_text(), visitor.pictures(), picture(visitor)
    assert after != before


def picture(tab):
    """What the charts have drawn, as one string."""
    return "".join(
        tab.page.locator("[data-testid=stPlotlyChart]").evaluate_all("all => all.map(chart => chart.innerHTML)")
    )


@pytest.mark.parametrize("seed", ["seed", "batch_seed"])
def test_the_dice_are_thrown_by_keyboard(visitor, seed):
    visitor.open("/")
    before = picture(visitor)
    visitor.page.locator(f"{SIDEBAR} .st-key-dice_{seed} button").focus()
    visitor.page.keyboard.press("Enter")
    visitor.wait_for(lambda: visitor.parameters.get(seed, "0") != "0", "another seed")
    visitor.settle()
    assert picture(visitor) != before


# The link, field by field: what is typed there, in this order. Those of other pages leave Home as it is.
FIELDS = {"activation": "tanh", "weights": "zeros", "biases": "zeros", "source": "no", "split": "test", "size": "7",
          "digits": "1-7", "image": "3", "layer": "fc2", "lang": "ru"}  # fmt: skip


def test_the_link_is_typed_field_by_field_and_copied_by_keyboard(visitor):
    visitor.open("/")
    visitor.page.locator(f"{SIDEBAR} [data-testid=stExpander] summary").last.focus()
    visitor.page.keyboard.press("Enter")
    visitor.settle()
    for name, words in FIELDS.items():
        before = visitor.answer, visitor.pictures(), picture(visitor), chosen(visitor)
        visitor.page.locator(f"{SIDEBAR} .st-key-{name} input").focus()
        visitor.page.keyboard.press("Control+a")
        visitor.page.keyboard.type(words)
        visitor.page.keyboard.press("Enter")
        visitor.wait_for(lambda name=name, words=words: visitor.parameters.get(name) == words, f"{name}={words}")
        visitor.settle()
        assert (visitor.answer, visitor.pictures(), picture(visitor), chosen(visitor)) != before, name
    visitor.page.locator(f"{SIDEBAR} [data-testid=stPopover] button").focus()
    visitor.page.keyboard.press("Enter")
    link = visitor.page.locator("[data-testid=stPopoverBody] code")
    link.wait_for()
    assert "weights=zeros" in link.inner_text()


def chosen(tab):
    """The layer looked at."""
    return tab.page.locator(".chip[aria-checked=true]").inner_text()


def test_only_this_layer_then_its_number(visitor):
    visitor.open("/", "layer=fc2")
    by_space("only fc2")(visitor)
    visitor.settle()
    by_menu("Weights", "orthogonal")(visitor)
    visitor.wait_for(lambda: visitor.parameters.get("weights") == "pytorch-orthogonal:1-pytorch", "fc2 alone")
    visitor.settle()
    before = picture(visitor)
    number = visitor.page.locator(SIDEBAR).get_by_role("spinbutton", name="gain")
    number.focus()
    visitor.page.keyboard.press("Control+a")
    visitor.page.keyboard.type("2")
    visitor.page.keyboard.press("Enter")
    visitor.wait_for(lambda: visitor.parameters.get("weights") == "pytorch-orthogonal:2-pytorch", "its gain")
    visitor.settle()
    assert picture(visitor) != before


def test_the_tab_key_alone_reaches_every_control(visitor):
    visitor.open("/")
    reached = set()
    visitor.page.locator(f"{SIDEBAR} button").first.focus()
    for _ in range(60):
        visitor.page.keyboard.press("Tab")
        reached.add(
            visitor.page.evaluate(
                "() => { const e = document.activeElement; const box = e.closest('[class*=st-key-]');"
                " return box ? [...box.classList].find(name => name.startsWith('st-key-')).slice(7) : '' }"
            )
        )
    wanted = {"language", "preset", "hidden", "layers", "units", "activation_choice", "weight_init_choice",
              "bias_init_choice", "seed", "dice_seed", "split_choice", "size_choice", "image_choice", "batch_seed",
              "digits_choice", "only_this_layer"}  # fmt: skip
    assert wanted <= reached
