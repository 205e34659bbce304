"""CSV files as a person saves them, opened and compared with what the page shows."""

import pandas as pd
import pytest

from tests.e2e.screenshots import PAGES, address

ANY = "hidden=20-10&batch_seed=3&lang=en"


def saved(tab, path, table):
    """Opens a page's table, saves it, and reads the file."""
    tab.open(path, ANY)
    tab.page.locator(f".st-key-table_{table} summary").click()
    tab.at_rest(lambda: tab.answer)  # a button that still moves is missed by the click
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


def cells(box):
    """The numbers and words that a table has in sight: (row, column), both from 0, and the text there."""
    grid = box.locator("[data-testid=stDataFrame] [role=gridcell]")
    grid.first.wait_for(state="attached")
    found = grid.evaluate_all(
        "all => all.map(cell => [cell.closest('[role=row]').ariaRowIndex, cell.ariaColIndex, cell.textContent])"
    )
    return {(int(row) - 2, int(column) - 1): words for row, column, words in found}


def same(shown, value):
    """Whether a cell says what the file has: the same word, or the number to float32."""
    if pd.isna(value):
        return shown in ("", "None", "NaN")
    return shown == str(value) or float(shown) == pytest.approx(float(value), rel=1e-5)


def test_every_table_on_a_page_has_the_numbers_of_its_file(visitor):
    seen = {}
    for page in PAGES:
        visitor.open(address(page), ANY)
        for box in visitor.page.locator("[class*=st-key-table_]").all():
            box.locator("summary").click()
            visitor.at_rest(lambda: visitor.answer)
            with visitor.page.expect_download() as download:
                box.locator("[class*=st-key-csv_] button").click()
            frame = pd.read_csv(download.value.path())
            shown = cells(box)
            rows = box.locator("[data-testid=stDataFrame] [role=grid]").get_attribute("aria-rowcount")
            assert int(rows) == len(frame) + 1, page  # the headings are a row
            assert all(same(words, frame.iloc[row, column]) for (row, column), words in shown.items()), page
            seen[download.value.suggested_filename] = len(shown)
    assert len(seen) >= 6
    assert min(seen.values()) >= 12


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
