"""A widget whose bounds change is a new one to the browser: it must show what the Setup says, not its lowest value."""


def test_the_image_looked_at_stays_when_the_batch_grows(visitor):
    visitor.open("/", "size=40&image=5")
    image = visitor.slider("Image looked at")
    visitor.wait_for(lambda: image.input_value() == "5", "the image of the link")
    for size in ("41", "42", "43"):
        visitor.slider("Batch size").focus()
        visitor.page.keyboard.press("ArrowRight")
        visitor.wait_for(lambda size=size: visitor.parameters["size"] == size, "a larger batch")
        visitor.settle()
        visitor.wait_for(lambda: image.input_value() == visitor.parameters["image"] == "5", "the same image")


def test_the_number_of_a_scheme_is_the_schemes(visitor):
    """`constant` takes what is negative, `normal` does not: the field of the one is not the field of the other."""
    visitor.open("/", "weights=constant:-0.5")
    number = visitor.page.get_by_role("spinbutton", name="value")
    visitor.wait_for(lambda: float(number.input_value()) == -0.5, "the number of the link")
    for scheme, name, expected in (("normal", "std", 0.01), ("constant", "value", 0.1), ("orthogonal", "gain", 1.0)):
        menu = visitor.page.locator("[data-testid=stSidebar]").get_by_role("combobox", name="Weights").first
        menu.click()
        visitor.page.get_by_role("option", name=scheme, exact=True).click()
        visitor.wait_for(
            lambda scheme=scheme: visitor.parameters.get("weights", "").startswith(f"{scheme}:"), f"the scheme {scheme}"
        )
        visitor.settle()
        field = visitor.page.get_by_role("spinbutton", name=name)
        visitor.wait_for(lambda field=field, expected=expected: float(field.input_value()) == expected, f"its {name}")
        assert float(visitor.parameters["weights"].partition(":")[2]) == expected
