"""What a browser shows, and what of a run of the script it has still to be sent.

Streamlit answers each change with the whole page, some hundred messages, and the browser draws all of it anew, in
several passes, even where one number has changed. But it takes a part of the page at any time, and leaves alone what is
not mentioned. So a run is held back until the page's picture is there, or until it ends; if its parts are those of the
run before, in the same order, only those that differ are sent, the picture before all others. Any other run, and one
that takes long, is passed on whole, as Streamlit sends it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

HOLD = 0.25
"""Seconds for which a run is held back from its first part on: a longer one is seen to grow, as ever."""
APART = 0.06
"""Seconds between the picture and the rest: the browser paints the one before it draws the other."""
UNSEEN = 2.0
"""Seconds after which a run is passed on that has no part yet: it waits for its turn."""
OURS = "layerscope"
"""The name of a fragment that has no parts: the browser ends its run and takes nothing away."""

Place = tuple[int | str, ...] | str
"""Where a part stands in the page, or what kind of a part it is where there is one of the kind and no order."""

_ALONE = ("page_config_changed", "logo", "navigation")
_TIMER = "auto_rerun"
_STATUS = "session_status_changed"
_ONCE = ("toast", "balloons", "snow")
_GONE = ForwardMsg.FINISHED_EARLY_FOR_RERUN
_WELL = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass
class Screen:
    """One visitor's: `shown` has a fingerprint and a fragment for each part that the browser shows, None: not known.

    Not for several threads: the server's event loop alone asks it.
    """

    shown: dict[Place, tuple[str, str]] | None = None
    _early: bool | None = None  # the picture is there; None: it has been sent
    _page: str = ""
    _running: bool | None = None  # what the browser was last told
    _held: list[ForwardMsg] | None = None
    _looked: int = 0  # so many of the held ones have been compared
    _next: int = 0  # so many places of the page have come
    _order: list[Place] = field(default_factory=list)
    _began: float = 0.0
    _first: float | None = None
    _sent: float | None = None  # when the picture was sent
    _last: ForwardMsg | None = None  # the end of a run whose rest waits
    _after: list[ForwardMsg] = field(default_factory=list)  # what came after it
    _coming: dict[Place, tuple[str, str]] | None = None  # a run that is passed on
    _fragments: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether a run is held back now."""
        return self._held is not None

    def picture_is_there(self) -> None:
        """What has come of a run that is held back is sent at the next time, but once in a run."""
        if self._early is not None:
            self._early = True

    @property
    def ends(self) -> bool:
        """Whether the run that is held back has ended, and its rest is sent when it is due."""
        return self._last is not None

    def forget(self) -> None:
        """What the browser shows is not known any more: the next run is passed on whole."""
        self.shown = None

    def due(self, now: float) -> float:
        """In how many seconds a run that is held back is passed on."""
        if self._last is not None and self._sent is not None:
            return self._sent + APART - now
        return (self._began + UNSEEN if self._first is None else self._first + HOLD) - now

    def take(self, messages: Iterable[ForwardMsg], now: float) -> list[ForwardMsg]:
        """Those of a run's messages, and of those held, that are to be sent at the time `now`, in seconds."""
        out: list[ForwardMsg] = []
        for message in messages:
            kind = message.WhichOneof("type")
            if kind == "new_session":
                out += self._begin(message, now)
            elif kind == "script_finished":
                self._last = message
                if self._held is None or self._sent is None or message.script_finished == _GONE:
                    out += self._end()
            elif self._last is not None:
                self._after.append(message)
            elif self._held is not None and (kind == _STATUS or _is_part(message) or _is_address(message)):
                self._held.append(message)
                if kind == "delta" and self._first is None:
                    self._first = now
            else:
                out += self._pass(message)
        if self._held is not None:
            if self.due(now) <= 0:
                out += self._whole() if self._last is None else self._end()
            elif self._early:
                self._early, self._sent = None, now
                # The largest first, which is the picture: the browser begins to draw when the first one is there.
                out += sorted(self._differing(), key=lambda message: -message.ByteSize() if self.holds else 0)
        return out

    def _begin(self, message: ForwardMsg, now: float) -> list[ForwardMsg]:
        before = self._end() if self._last is not None else self._lasting()
        self._held, self._coming, self._early, self._sent = None, {}, False, None
        self._fragments = tuple(message.metadata.run.fragment_ids)
        page = message.new_session.page_script_hash
        same, self._page = page == self._page, page
        if self.shown is None or self._fragments or not same:
            return [*before, message]
        self._held, self._looked, self._next = [message], 0, 0
        self._order = [place for place in self.shown if not isinstance(place, str)]
        self._began, self._first = now, None
        return before

    def _end(self) -> list[ForwardMsg]:
        message, self._last = self._last, None
        after, self._after = self._after, []
        if message is None:
            return []
        out = self._finished(message)
        return out + [passed for later in after for passed in self._pass(later)]

    def _finished(self, message: ForwardMsg) -> list[ForwardMsg]:
        status = message.script_finished
        if self._held is None:
            self._learn(status)
            return [message]
        if status == _GONE:
            return self._lasting()
        out = self._differing() if status == ForwardMsg.FINISHED_SUCCESSFULLY else self._whole()
        if not self.holds or self._next < len(self._order):
            out += self._whole()
            self._learn(status)
            return [*out, message]
        # Whoever has asked for a run in the menu waits for its beginning; together with the end it costs nothing.
        begun = [
            passed for held in self._held or () if held.WhichOneof("type") == _STATUS for passed in self._pass(held)
        ]
        self._held = None
        message.script_finished = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
        message.metadata.run.fragment_ids.append(OURS)
        return [*out, *begun, message]

    def _pass(self, message: ForwardMsg) -> list[ForwardMsg]:
        kind = message.WhichOneof("type")
        if kind == _STATUS:
            running = message.session_status_changed.script_is_running
            told, self._running = self._running, running
            return [] if told == running else [message]
        if _is_part(message):
            if self._coming is None or _of_delta(message) == "new_transient":
                self._coming = None
                self.shown = None
            else:
                self._coming[_place(message)] = _print(message)
        return [message]

    def _learn(self, status: int) -> None:
        coming, self._coming = self._coming, None
        if status == _GONE and not coming:
            return
        shown, self.shown = self.shown, None
        if coming is None or status not in _WELL:
            return
        if not self._fragments:
            self.shown = coming
        elif shown is not None:
            known = {place for place, (_, fragment) in shown.items() if fragment in self._fragments}
            if known == {place for place in coming if _TIMER not in place}:  # else some went with the run
                self.shown = shown | coming

    def _differing(self) -> list[ForwardMsg]:
        """Those that the browser does not show yet of what is held; or all, where the page has other parts."""
        held, shown = self._held, self.shown
        if held is None or shown is None:
            return []
        out = []
        for message in held[self._looked :]:
            self._looked += 1
            if _is_address(message):
                out.append(message)
            if not _is_part(message):
                continue
            place, seen = _place(message), _print(message)
            if isinstance(place, tuple) and not self._expected(place):
                return out + self._whole()
            if place in shown and shown[place][0] == seen[0] and not _sets(message):
                continue
            if _of_delta(message) not in (None, "new_element"):
                return out + self._whole()  # a container's parts would go with the old one
            shown[place] = seen
            message.metadata.cacheable = False  # the browser lets go of what it keeps at the end of whole runs only
            out.append(message)
        return out

    def _lasting(self) -> list[ForwardMsg]:
        """What is sent of a run that was interrupted: the address, and what pops up. Its parts come with the next."""
        held, self._held = (self._held or [])[self._looked :], None
        return [message for message in held if _is_address(message) or _of_element(message) in _ONCE]

    def _expected(self, place: Place) -> bool:
        if self._next < len(self._order) and self._order[self._next] == place:
            self._next += 1
            return True
        return place in self._order[: self._next]  # again: an empty place that was filled

    def _whole(self) -> list[ForwardMsg]:
        held, self._held = self._held or [], None
        return [passed for message in held for passed in self._pass(message)]


def _is_part(message: ForwardMsg) -> bool:
    kind = message.WhichOneof("type")
    return kind in ("delta", "ref_hash", _TIMER) or kind in _ALONE


def _is_address(message: ForwardMsg) -> bool:
    return message.WhichOneof("type") == "page_info_changed"


def _place(message: ForwardMsg) -> Place:
    kind = message.WhichOneof("type")
    if kind == _TIMER:  # a timer that is gone would go on in the browser, so it has its place in the order
        return (kind, message.hash)
    return str(kind) if kind in _ALONE else tuple(message.metadata.delta_path)


def _print(message: ForwardMsg) -> tuple[str, str]:
    """Streamlit's own fingerprint of a message, and the fragment that it belongs to."""
    return message.hash or message.ref_hash, message.delta.fragment_id


def _of_delta(message: ForwardMsg) -> str | None:
    return message.delta.WhichOneof("type") if message.HasField("delta") else None


def _of_element(message: ForwardMsg) -> str | None:
    return message.delta.new_element.WhichOneof("type") if _of_delta(message) == "new_element" else None


def _sets(message: ForwardMsg) -> bool:
    """Whether it does something each time that it comes: a widget's value written, a word that pops up."""
    kind = _of_element(message)
    return kind in _ONCE or (kind is not None and getattr(getattr(message.delta.new_element, kind), "set_value", False))
