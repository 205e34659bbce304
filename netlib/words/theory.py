"""What mean-field theory says of a network, where it does not apply, and what the plane of order and chaos shows."""

from netlib.i18n import N_, Text
from netlib.theory.meanfield import NARROW, LayerTheory, MeanField, Note, Reason
from netlib.theory.phase import FixedPoint, Phase, edge_of_size
from netlib.theory.places import Place, Places

# chi_1 this close to 1 is called critical: then the depth scale is 50 layers or more, and no network here is deeper.
_CRITICAL = 0.02
_MANY = 100
_REASONS = {
    Reason.EQUAL_WEIGHTS: N_(
        "Theory stops at {layer}: its weights are not drawn around zero, and theory asks for random weights of mean 0."
    ),
    Reason.ZERO_WEIGHTS: N_("Theory stops at {layer}: its weights are all zero, and nothing of the images passes."),
}
_NOTES = {
    Note.NARROW: N_(
        "Theory is for wide layers: in {layers}, with fewer than {narrow} units or non-zero weights to a sum, chance "
        "moves the measured values further from it."
    ),
    Note.SPARSE: N_("In {layers} most weights are zero: theory needs wider layers to be as close."),
    Note.ORTHOGONAL: N_(
        "The weights of {layers} are orthogonal, not independent: in wide layers theory gives the same averages."
    ),
    Note.SHIFTED: N_(
        "The constant bias of {layers} shifts all units alike; theory counts it as a mean, not as chance."
    ),
}
_NAMED = 3


def reason_says(layer: LayerTheory, text: Text) -> str:
    """Why theory ends at this layer; nothing where it applies."""
    return text(_REASONS[layer.reason], layer=layer.name) if layer.reason is not None else ""


def notes_say(theory: MeanField, text: Text) -> list[str]:
    """What is to be borne in mind, with the layers that each sentence is about."""
    found = []
    for note in theory.notes:
        names = [layer.name for layer in theory.layers if layer.applies and note in layer.notes]
        found.append(text(_NOTES[note], layers=_listed(names), narrow=NARROW))
    return found


def limits(theory: MeanField, text: Text) -> str:
    """Where theory ends and what is to be borne in mind, as one caption; nothing where there is nothing to say."""
    stop = theory.stop
    sentences = ([] if stop is None else [reason_says(stop, text)]) + notes_say(theory, text)
    return " ".join(sentences)


def _listed(names: list[str]) -> str:
    if len(names) <= _NAMED:
        return ", ".join(names)
    return f"{names[0]}, {names[1]}, …, {names[-1]}"


def question(text: Text) -> str:
    """What the plane answers."""
    return text("Order or chaos: how deep does the memory of the input reach?")


def memory(places: Places, text: Text) -> str:
    """What becomes of two images in a deep network of layers like the one looked at."""
    focus, end = places.focus, places.end
    if focus is None or end is None:
        return _nothing_to_say(places, text)
    return f"{_where(focus, end, text)} {_what_becomes(end, text)}"


def _where(focus: Place, end: FixedPoint, text: Text) -> str:
    values = {"layer": focus.name, "w": focus.sigma_w, "b": focus.sigma_b, "chi": end.chi}
    if end.phase == Phase.EXPLODING:
        return text("{layer} lies where the signal explodes (σ_w = {w}, σ_b = {b}).", **values)
    if abs(end.chi - 1) < _CRITICAL:
        return text("{layer} lies at the critical line (σ_w = {w}, σ_b = {b}, χ₁ = {chi}).", **values)
    if end.phase == Phase.CHAOS:
        return text("{layer} lies in chaos (σ_w = {w}, σ_b = {b}, χ₁ = {chi}).", **values)
    return text("{layer} lies in order (σ_w = {w}, σ_b = {b}, χ₁ = {chi}).", **values)


def _what_becomes(end: FixedPoint, text: Text) -> str:
    if end.phase == Phase.EXPLODING:
        return text(
            "In a stack of such layers the pre-activations would grow by a factor of {factor} per layer, with no size "
            "to settle at.",
            factor=end.growth**0.5,
        )
    if abs(end.chi - 1) < _CRITICAL:
        return text(
            "In a stack of such layers no distance shrinks or grows by a fixed factor: the memory of the input reaches "
            "deepest here."
        )
    if not end.q:
        return (
            text(
                "In a stack of such layers the signal itself would die out, smaller by a factor of {factor} per layer.",
                factor=end.growth**-0.5,
            )
            if end.growth
            else text("Nothing passes such a layer.")
        )
    n = round(end.c_depth)
    if end.phase == Phase.CHAOS:
        fate = text(
            "In a stack of such layers nearly equal images part, and any two end with a correlation of {c}.",
            c=0.0 if abs(end.c or 0) < 5e-4 else float(end.c or 0),
        )
    else:
        fate = text("In a stack of such layers all images become alike.")
    return f"{fate} {_fades(n, text)}"


def _fades(n: int, text: Text) -> str:
    if n > _MANY:
        return text("The memory of the input takes more than {n} layers to fade.", n=_MANY)
    if n < 1:
        return text("The memory of the input fades within a layer.")
    return text.plural(
        "The memory of the input fades to 1/e after about {n} layer.",
        "The memory of the input fades to 1/e after about {n} layers.",
        n,
    )


def _nothing_to_say(places: Places, text: Text) -> str:
    if places.count == 1:
        return text("Without a hidden layer nothing is repeated: there is one linear map, and no depth to speak of.")
    if places.missing is Reason.ZERO_WEIGHTS:
        return text("The weights of this layer are all zero: it has no place in the plane.")
    if places.missing is not None:
        return text("The weights of this layer are not drawn around zero: it has no place in the plane.")
    if places.shifted:
        return text("The plane is for random biases; the bias of this layer is one constant, so it has no place here.")
    return text("The layers that {activation} feeds have no place in this plane.", activation=places.activation)


def plane_alt(places: Places, text: Text) -> str:
    """The plane in words: what is where, and what this network comes to."""
    edge, activation = edge_of_size(places.activation), places.activation
    if edge is None:
        what = text(
            "The plane of σ_w and σ_b for {activation}: order on the left, chaos on the right.", activation=activation
        )
    elif activation == "elu":
        what = text(
            "The plane of σ_w and σ_b for {activation}: order on the left, a strip of chaos, and from σ_w = {edge} on "
            "the signal explodes.",
            activation=activation,
            edge=edge,
        )
    else:
        what = text(
            "The plane of σ_w and σ_b for {activation}: order up to σ_w = {edge}, beyond it the signal explodes.",
            activation=activation,
            edge=edge,
        )
    return f"{what} {memory(places, text)}"


def plane_note(places: Places, text: Text) -> str:
    """The sentence about the layer, how to read the colours, and which layers are not shown."""
    read = text(
        "Blue: differences between images shrink, orange: they grow, the stronger the faster. Theory of infinitely "
        "wide layers after {activation}.",
        activation=places.activation,
    )
    sentences = [memory(places, text), read]
    if any(place.from_pixels for place in places.shown) and places.count > 1:
        sentences.append(text("Open: the layer that the pixels feed, on which no activation has acted yet."))
    if places.others:
        sentences.append(
            text.plural(
                "{n} layer is not shown: another activation feeds it, or it has no place here.",
                "{n} layers are not shown: another activation feeds them, or they have no place here.",
                places.others,
            )
        )
    return " ".join(sentences)
