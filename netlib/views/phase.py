"""The plane of order and chaos with a network's layers in it: a picture of the Signal page."""

from collections.abc import Callable

from netlib.figures import phase as figures
from netlib.figures import theme
from netlib.i18n import Text
from netlib.spec import NetworkSpec
from netlib.theory.phase import PhaseMap, phase_map
from netlib.theory.places import places
from netlib.views import Picture
from netlib.words import theory as words


def picture(
    spec: NetworkSpec,
    layer: str,
    text: Text,
    *,
    map_of: Callable[[str], PhaseMap] = phase_map,
    height: int = theme.LARGE,
) -> Picture:
    """The plane of the activation that feeds the layer looked at; a page gives its cached `map_of`."""
    stand = places(spec, layer)
    return Picture(
        "phase",
        words.question(text),
        figures.plane(map_of(stand.activation), stand, layer, text, height=height),
        words.plane_alt(stand, text),
        words.plane_note(stand, text),
    )
