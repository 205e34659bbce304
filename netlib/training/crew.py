"""The fleet's hands: a worker in a process of its own, or in a thread where memory is short. No torch here."""

from collections.abc import Callable

from netlib.launch import Beside, Inbox, Message, Process, Thread

NAME = "training-crew"
Crew = Beside


class ProcessCrew(Process):
    """A worker process; `heard` gets each of its messages, `died` is called once where it ends by itself."""

    def __init__(self, heard: Callable[[Message], None], died: Callable[[], None], ring_bytes: int) -> None:
        super().__init__("netlib.training.worker", str(ring_bytes), heard=heard, died=died, name=NAME)


class ThreadCrew(Thread):
    """A worker in a thread of this process: the same messages, through queues."""

    def __init__(self, heard: Callable[[Message], None], died: Callable[[], None], ring_bytes: int) -> None:
        def work(inbox: Inbox, send: Callable[[Message], None]) -> None:
            from netlib.training.worker import Worker

            Worker(inbox, send, ring_bytes).run()

        super().__init__(work, heard=heard, died=died, name=NAME)
