"""One visitor's side of Streamlit's protocol: messages out, messages in, what the page then shows. No network here."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

_FORGOTTEN_AFTER = 2
_PICTURES = ("plotly_chart", "imgs", "code")  # the Code page answers with its program
_FAILURE = "failure"


class Failed(Exception):
    """The page showed an exception, or its script ended in another way than well."""


@dataclass
class Conversation:
    """What one tab knows: its page, its link, the widgets that it was sent, and what it may be sent a reference to."""

    page: str
    parameters: dict[str, str] = field(default_factory=dict)
    url: str = ""
    widgets: dict[str, str] = field(default_factory=dict)
    pictures: set[str] = field(default_factory=set)
    fresh: int = 0
    received: int = 0
    _before: set[str] = field(default_factory=set)
    _script: str = ""
    _query: str = ""
    _run: int = 0
    _cached: dict[str, tuple[int, ForwardMsg]] = field(default_factory=dict)

    def opening(self) -> bytes:
        """The first message: the page asked for, and its link."""
        self._query = urlencode(self.parameters)
        message = self._rerun()
        message.rerun_script.page_name = "" if self.page == "home" else self.page
        return bytes(message.SerializeToString())

    def slide(self, key: str, value: float) -> bytes:
        """A slider moved to a value."""
        message = self._rerun()
        state = message.rerun_script.widget_states.widgets.add(id=self.widgets[key])
        state.double_array_value.data.append(value)
        return bytes(message.SerializeToString())

    def write(self, key: str, text: str) -> bytes:
        """A text field filled in."""
        message = self._rerun()
        message.rerun_script.widget_states.widgets.add(id=self.widgets[key], string_value=text)
        return bytes(message.SerializeToString())

    def take(self, frame: bytes) -> bool:
        """Reads one message; True when the script has ended. Raises `Failed` where it ended badly."""
        self.received += len(frame)
        message = ForwardMsg.FromString(frame)
        key = message.hash
        if message.WhichOneof("type") == "ref_hash":
            key = message.ref_hash
            message = self._cached[key][1]
            self._cached[key] = (self._run, message)
        elif message.metadata.cacheable:
            self._cached[key] = (self._run, message)
        match message.WhichOneof("type"):
            case "new_session":
                self._script = message.new_session.page_script_hash
                self._run += 1
                self._before, self.pictures = self.pictures or self._before, set()
            case "navigation":
                self._script = message.navigation.page_script_hash
            case "page_info_changed":
                self._query = message.page_info_changed.query_string
            case "delta" if message.delta.WhichOneof("type") == "new_element":
                self._see(message.delta.new_element, key)
            case "delta" if _FAILURE in message.delta.add_block.id:
                raise Failed("the page says that it could not be drawn")
            case "script_finished":
                return self._ended(message.script_finished)
        return False

    def _rerun(self) -> BackMsg:
        message = BackMsg()
        message.rerun_script.query_string = self._query
        message.rerun_script.page_script_hash = self._script
        message.rerun_script.context_info.locale = "en-US"
        message.rerun_script.context_info.timezone = "UTC"
        message.rerun_script.context_info.url = self.url
        message.rerun_script.cached_message_hashes.extend(self._cached)
        return message

    def _see(self, element: Element, key: str) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise Failed(f"{element.exception.type}: {element.exception.message}")
        if kind in ("slider", "text_input"):
            widget = getattr(element, kind).id
            self.widgets[widget.rsplit("-", 1)[-1]] = widget  # the id ends in the key that the page gave
        if kind in _PICTURES:
            self.pictures.add(key)

    def _ended(self, status: int) -> bool:
        if status == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return False
        if status == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            raise Failed("the script does not compile")
        self.fresh = len(self.pictures - self._before)
        self._cached = {
            key: (run, message)
            for key, (run, message) in self._cached.items()
            if run > self._run - _FORGOTTEN_AFTER  # as the browser does
        }
        return True
