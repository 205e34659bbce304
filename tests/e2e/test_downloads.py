"""CSV files as a person saves them, opened and compared with what the page shows."""

import pandas as pd
import pytest

ANY = "hidden=20-10&batch_seed=3&lang=en"


def saved(tab, path, table):
    """Opens a page's table, saves it, and reads the file."""
    tab.open(path, ANY)
    tab.page.locator(f".st-key-table_{table} summary").click()
    tab.settle()
    with tab.page.expect_download() as download:
        tab.page.locator(f".st-key-csv_{table} button").click()
    assert download.value.suggested_filename == f"layerscope-{table}.csv"
    return pd.read_csv(download.value.path())


def tile(tab, label):
    """The number on a tile, without its thousands signs."""
    found = tab.page.locator("[data-testid=stMetric]").filter(has_text=label).locator("[data-testid=stMetricValue]")
    return float(found.first.inner_text().replace(",", "").replace("−", "-").rstrip("%"))


def test_the_layers_add_up_to_the_tile(visitor):
    frame = saved(visitor, "/", "layers")
    assert list(frame["layer"]) == ["fc1", "fc2", "output"]
    assert frame["parameters"].sum() == tile(visitor, "Parameters") == 785 * 20 + 21 * 10 + 11 * 10


def test_the_table_on_the_page_has_the_rows_of_the_file(visitor):
    frame = saved(visitor, "/", "layers")
    grid = visitor.page.locator("[data-testid=stDataFrame] [role=gridcell]")
    grid.first.wait_for(state="attached")
    cells = grid.all_text_contents()
    shown = " ".join(cells).replace(",", "")
    for value in frame["parameters"]:
        assert str(value) in shown


def test_the_images_of_the_batch_are_those_of_the_grid(visitor):
    frame = saved(visitor, "/batch", "images")
    assert len(frame) == 64
    names = [
        option.get_attribute("aria-label")
        for option in visitor.page.locator("[role=radio][aria-label*='handwritten']").all()
    ]
    assert len(names) == 64
    assert [int(name.split()[-1].rstrip(".")) for name in names] == list(frame["label"])


def test_the_outputs_are_those_of_the_tiles(visitor):
    frame = saved(visitor, "/outputs", "outputs")
    assert len(frame) == 64
    assert frame["cross-entropy"].mean() == pytest.approx(tile(visitor, "Cross-entropy"), rel=2e-3)
    right = (frame["label"] == frame["predicted"]).mean()
    assert right * 100 == pytest.approx(tile(visitor, "Accuracy"), abs=0.06)
