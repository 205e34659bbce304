"""What is said of a spelling after its run."""

import netlib
from netlib.code.forms import FORMS, MARK, TITLES, Form, by_name, marked

FORM = Form("module", 0.0, "", ())


def test_every_form_has_a_title_of_its_own():
    assert set(TITLES) == set(FORMS)
    assert len(set(TITLES.values())) == len(FORMS)
    assert FORM.title == "nn.Module"
    assert by_name((FORM,), "module") is FORM


def test_one_line_of_a_printed_model_is_marked():
    """R10: the rest is what torch prints, exactly."""
    printed = str(netlib.build(netlib.NetworkSpec((9,) * 11)))
    lines = marked(printed, "fc1").split("\n")
    assert [line for line in lines if MARK in line] == [
        f"  (fc1): Linear(in_features=784, out_features=9, bias=True)  {MARK}"
    ]
    assert "\n".join(lines).replace(f"  {MARK}", "") == printed
