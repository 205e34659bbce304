"""A cell says what a notebook would say below it, and leaves the process as it was."""

import threading

import torch

from netlib.lesson.cells import Outcome, run_cell


def test_prints_come_before_the_value_of_the_last_line():
    assert run_cell("print('a', 1)\nprint('b')\n1 + 1") == Outcome("a 1\nb\n2", failed=False)


def test_a_last_line_that_is_no_expression_or_is_none_says_nothing():
    assert run_cell("x = 1") == Outcome("", failed=False)
    assert run_cell("None") == Outcome("", failed=False)


def test_an_error_is_said_in_its_own_words_after_what_was_printed():
    outcome = run_cell("print('before')\n1 / 0")
    assert outcome == Outcome("before\nZeroDivisionError: division by zero", failed=True)


def test_a_warning_is_said_and_counts_as_failed():
    outcome = run_cell("import warnings\nwarnings.warn('careful')")
    assert outcome == Outcome("UserWarning: careful", failed=True)


def test_each_cell_has_its_own_batch():
    assert "1, 784" in run_cell("images.resize_(64, 1, 784).shape").said
    assert run_cell("images.shape").said == "torch.Size([64, 1, 28, 28])"


def test_the_global_generator_is_left_as_it_was():
    before = torch.random.get_rng_state()
    run_cell("nn.Linear(3, 2).weight.shape  # draws")
    assert torch.equal(torch.random.get_rng_state(), before)


def test_a_class_can_be_defined_in_a_cell():
    code = "class A(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.f = nn.ReLU()\n\nA()"
    assert run_cell(code).said == "A(\n  (f): ReLU()\n)"


def test_two_visitors_at_once_get_the_same():
    said = []
    threads = [threading.Thread(target=lambda: said.append(run_cell("out.shape  # at once").said)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == ["torch.Size([64, 10])"] * 4
