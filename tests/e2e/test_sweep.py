"""The Sweep page in a browser: alive at once, a grid of one's own from the link to its best network, and an end to it."""

import re

import pandas as pd
import psutil

from netlib.launch import cores
from tests.e2e.test_downloads import cells, same

SMALL = "depth:1/2/3,width:8,activation:tanh,sigma_w:0.5/1/2,biases:zeros,seeds:4"
LARGE = "depth:1..16,width:128,weights:orthogonal/normal:0.05,seeds:300"


def start(visitor):
    visitor.page.get_by_role("button", name="Start the sweep").click()


def asked(visitor, grid):
    visitor.open("/sweep", f"grid={grid}&lang=en")
    visitor.page.locator(".st-key-sweep_ask summary").click()
    visitor.settle()


def test_a_grid_of_ones_own_from_the_link_to_its_best_network(visitor):
    asked(visitor, SMALL)
    assert "700 networks" in visitor.answer  # those that came along
    assert visitor.page.get_by_label("Hidden layers", exact=True).last.input_value() == "1, 2, 3"
    visitor.wait_for(lambda: "36 networks, in about" in visitor.answer, "the estimate", 60)
    start(visitor)
    visitor.wait_for(lambda: "36 networks: 3 depths × 3 values of σ_w × 4 seeds" in visitor.answer, "the sweep", 60)
    visitor.settle()
    assert "critical" in visitor.page.locator(".st-key-sweep_median").inner_text()
    assert any("Gradient, first layer over last over σ_w and depth" in alt for alt in visitor.pictures())
    visitor.menu("Signal")
    visitor.menu("Sweep")
    assert "36 networks: 3 depths" in visitor.answer  # it is still there
    visitor.page.get_by_role("button", name="Open the best").click()
    visitor.wait_for(lambda: visitor.parameters.get("weights", "").startswith("normal:"), "its address", 20)
    visitor.wait_for(lambda: visitor.parameters.get("activation") == "tanh", "its activation", 20)
    assert re.fullmatch(r"8(-8)*", visitor.parameters["hidden"])


def test_a_cell_that_is_chosen_becomes_the_network_of_the_sidebar(visitor):
    visitor.open("/sweep", "lang=en")
    box = visitor.page.locator(".st-key-sweep_median .xy .nsewdrag").first.bounding_box()
    visitor.page.mouse.click(box["x"] + box["width"] / 14, box["y"] + box["height"] / 10)
    visitor.wait_for(lambda: visitor.parameters.get("hidden") == "64", "its address", 20)
    visitor.wait_for(lambda: visitor.parameters.get("weights") == "orthogonal:1", "its weights", 20)
    visitor.wait_for(lambda: visitor.parameters.get("biases") == "zeros", "its biases", 20)


def test_a_sweep_under_way_is_cancelled_and_what_it_found_stays(visitor, server):
    asked(visitor, LARGE)
    start(visitor)
    visitor.wait_for(lambda: re.search(r"[1-9]\d* of 9,600 networks", visitor.answer), "the first rows", 60)
    # Beside the server: the launcher, its workers, and a script that is the server's own and nobody else's.
    commands = [" ".join(process.cmdline()) for process in psutil.Process(server.process.pid).children(recursive=True)]
    assert sum("netlib.sweep.launcher" in command for command in commands) == 1
    assert sum("spawn_main" in command for command in commands) == max(1, cores() - 1)
    assert not any("dashboard.py" in command for command in commands)
    visitor.page.get_by_role("button", name="Cancel").focus()
    visitor.page.keyboard.press("Enter")
    visitor.wait_for(lambda: "Cancelled:" in visitor.answer, "the end", 20)
    visitor.settle()
    assert visitor.pictures()
    visitor.page.get_by_role("radio", name="shipped").click()
    visitor.wait_for(lambda: "700 networks" in visitor.answer, "the one that came along", 20)


def test_what_is_saved_has_the_numbers_that_are_shown(visitor):
    """The table leaves out what is for machines; the files have it all."""
    visitor.open("/sweep", "lang=en")
    box = visitor.page.locator(".st-key-sweep_table")
    box.locator("summary").click()
    visitor.at_rest(lambda: visitor.answer)
    files = []
    for button in ("csv_sweep", "take_parquet"):
        with visitor.page.expect_download() as download:
            box.locator(f".st-key-{button} button").click()
        files.append(download.value.path())
    frame, whole = pd.read_csv(files[0]), pd.read_parquet(files[1])
    assert len(frame) == len(whole) == 700
    assert list(frame["key"]) == list(whole["key"])
    assert frame["held_out_accuracy"].to_list() == whole["held_out_accuracy"].to_list()
    heads = box.locator("[data-testid=stDataFrame] [role=columnheader]").all_inner_texts()
    shown = {(row, heads[column]): words for (row, column), words in cells(box).items()}
    numbers = {(row, name): words for (row, name), words in shown.items() if name in frame.select_dtypes("number")}
    assert len(numbers) >= 12
    assert all(same(words, frame[name].iloc[row]) for (row, name), words in numbers.items())
