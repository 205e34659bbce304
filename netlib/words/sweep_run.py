"""What is said of a sweep that is asked, waits or runs: how it is written, how long it takes, why it is over."""

import math

from netlib.i18n import Text
from netlib.spec import NetworkSpec


def count(networks: int, text: Text) -> str:
    """How many networks it would be, where it is not known how long they take."""
    return text.plural("{n} network.", "{n} networks.", networks)


def estimate(networks: int, seconds: float | None, workers: int, text: Text) -> str:
    """How many networks it would be, and how long that takes on how many workers; None while that is measured."""
    said = text.plural("{n} network", "{n} networks", networks)
    if seconds is None:
        return text("{count}; how long they take is being measured …", count=said)
    return text.plural(
        "{count}, in about {time} on {n} worker.",
        "{count}, in about {time} on {n} workers.",
        workers,
        count=said,
        time=duration(seconds, text),
    )


def around(network: NetworkSpec, text: Text) -> str:
    """Where a grid begins, and how lists are written."""
    return text(
        "What is left empty is that of the sidebar's network, {hidden}; the digits are its batch. Numbers are listed "
        "as 1, 2, 4, or from 0.5 to 3 in steps of 0.1 as 0.5..3..0.1.",
        hidden="-".join(map(str, network.hidden_sizes)) or "none",
    )


def limits(networks: int, seconds: float, text: Text) -> str:
    """How large a sweep of this page may be."""
    return text(
        "On this server a sweep has at most {networks} networks and takes at most {time} of one worker.",
        networks=text.number(networks),
        time=duration(seconds, text),
    )


def lists(text: Text) -> str:
    """How numbers are listed."""
    return text("Such as 1, 2, 4, 8, or 2..30..4 for every fourth from 2 to 30.")


def away(text: Text) -> str:
    """Where the cluster that this server works on does not answer; its address is the operator's own affair."""
    return text("The cluster that computes sweeps for this server does not answer.")


def tries(text: Text) -> tuple[tuple[str, str], ...]:
    """Grids worth one click: label, and the text of the link."""
    learns = "pytorch/xavier_normal/kaiming_normal/orthogonal"
    return (
        (
            text("Order and chaos: tanh, σ_w from 0.5 to 3"),
            "depth:2..30..4,width:100,activation:tanh,sigma_w:0.5..3..0.25,biases:zeros,seeds:5",
        ),
        (
            text("Whose luck is larger, of the deep or of the narrow?"),
            "depth:1/2/4/8/16,width:8/16/32/64/128,activation:relu,weights:kaiming_normal,biases:zeros,seeds:20",
        ),
        (
            text("Which initialisation learns at which depth?"),
            f"depth:1/2/4/8/16,width:64,activation:relu,weights:{learns},biases:zeros,seeds:3,epochs:1",
        ),
    )


def duration(seconds: float, text: Text) -> str:
    """A time as long as it needs to be precise."""
    if seconds < 90:
        return text("{n} s", n=max(math.ceil(seconds), 1))
    minutes = seconds / 60
    return text("{n} min", n=math.ceil(minutes)) if minutes < 90 else text("{n} h", n=text.fixed(minutes / 60, 1))


def progress(done: int, total: int, left: float | None, text: Text) -> str:
    """How many are done, and how long the others take."""
    if not done:
        return text("{done} of {total} networks; the workers are starting.", done=done, total=total)
    if left is None or done >= total:
        return text("{done} of {total} networks", done=done, total=total)
    return text("{done} of {total} networks, {left} left", done=done, total=total, left=duration(left, text))


def waiting(place: int, text: Text) -> str:
    """How many others come first."""
    return text.plural("{n} other sweep comes first.", "{n} other sweeps come first.", place)


def gone(text: Text) -> str:
    """Where a sweep was that is not kept any more."""
    return text("That sweep is gone: nobody looked at it for a while, or the server started anew.")


def ended(state: str, done: int, total: int, text: Text) -> str:
    """Why a sweep is over before its end."""
    if state == "cancelled":
        return text("Cancelled: {done} of {total} networks are here.", done=done, total=total)
    return text("It ended early: {done} of {total} networks are here.", done=done, total=total)
