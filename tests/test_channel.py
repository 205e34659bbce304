"""Messages over pipes: whole, in order, of any size, from many threads; and an end that is noticed on both sides."""

import os
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib.channel import Channel, Closed


@pytest.fixture
def pair():
    """Two channels, each the other's end."""
    ends = [os.pipe() for _ in range(2)]
    files = [(os.fdopen(r, "rb", buffering=0), os.fdopen(w, "wb", buffering=0)) for r, w in ends]
    (read_a, write_a), (read_b, write_b) = files
    yield Channel(read_a, write_b), Channel(read_b, write_a)
    for file in (read_a, write_a, read_b, write_b):
        file.close()


def crossed(pair, *messages):
    """What arrives of messages that another thread sends: a pipe holds less than a large one."""
    thread = threading.Thread(target=lambda: [pair[0].send(message) for message in messages])
    thread.start()
    found = [pair[1].receive() for _ in messages]
    thread.join()
    return found


words = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
)


def test_messages_arrive_whole_and_in_order(pair):
    @given(st.lists(words, min_size=1, max_size=5))
    def check(messages):
        assert crossed(pair, *messages) == messages

    check()


def test_a_large_array_arrives(pair):
    array = np.arange(3_000_000, dtype=np.float32)
    (found,) = crossed(pair, array)
    assert np.array_equal(found, array)


def test_many_threads_may_send_at_once(pair):
    def send(name):
        for index in range(50):
            pair[0].send((name, index, b"x" * 3_000))

    threads = [threading.Thread(target=send, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    found = [pair[1].receive()[:2] for _ in range(400)]
    for thread in threads:
        thread.join()
    assert sorted(found) == [(name, index) for name in range(8) for index in range(50)]
    for name in range(8):
        assert [index for who, index in found if who == name] == list(range(50))


def test_the_end_of_one_side_is_the_end_for_the_other(pair):
    pair[0].send("last")
    pair[0].close()
    assert pair[1].receive() == "last"
    with pytest.raises(Closed):
        pair[1].receive()
    with pytest.raises(Closed):
        pair[0].send("nothing")


def test_nobody_who_reads_is_noticed(pair):
    pair[1]._incoming.close()
    with pytest.raises(Closed):
        pair[0].send("hello")


def test_a_message_that_breaks_off_is_an_end(pair):
    pair[0]._outgoing.write(b"\0\0\0\0\0\0\0\x09half")
    pair[0].close()
    with pytest.raises(Closed):
        pair[1].receive()
