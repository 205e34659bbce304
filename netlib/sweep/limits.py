"""How much a sweep started from a page may be: on one's own machine, and where strangers share one. No torch."""

from dataclasses import dataclass

from netlib.digits.folders import on_public_host
from netlib.i18n import N_
from netlib.problem import Problem
from netlib.sweep.estimate import count, work
from netlib.sweep.spec import Sweep


@dataclass(frozen=True)
class Limits:
    """networks, seconds: of one sweep, the seconds those of one worker; abreast: sweeps that run at a time.

    places: sweeps that run or wait; rows: of all sweeps together, in this server's memory.
    """

    networks: int
    seconds: float
    abreast: int
    places: int
    rows: int

    def check(self, sweep: Sweep, seconds: float | None = None) -> None:
        """Raises `Problem` for a sweep that is too large; seconds: of one worker, where they are known."""
        networks = count(sweep)
        if networks > self.networks:
            raise Problem(
                N_("A sweep on this page has at most {high} networks; given: {given}. A shell takes any number."),
                high=self.networks,
                given=networks,
            )
        seconds = work(sweep) if seconds is None else seconds
        if seconds > self.seconds:
            raise Problem(
                N_(
                    "A sweep on this page may take {high} seconds of one worker, and this one would take {given}; "
                    "list fewer, or smaller networks, or train for fewer epochs."
                ),
                high=round(self.seconds),
                given=round(seconds),
            )


PUBLIC = Limits(networks=3_000, seconds=300.0, abreast=2, places=12, rows=20_000)
OWN = Limits(networks=50_000, seconds=7_200.0, abreast=4, places=40, rows=200_000)


def of_server() -> Limits:
    """Those of this server: `PUBLIC` where `LAYERSCOPE_PUBLIC` is set."""
    return PUBLIC if on_public_host() else OWN
