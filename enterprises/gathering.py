"""Questions that several threads of a process have at once are asked in one. Law: nobody waits for others to come.

Whoever finds nobody asking asks for himself, at once; who comes meanwhile is asked for together afterwards. So a lone
question goes as if there were no others, and many at once share one way there and back.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


class _Asked(Generic[Q, A]):
    """A question, and the gate behind which its thread waits until it is answered, or has to ask for the others."""

    __slots__ = ("answers", "gate", "has_failed", "question")

    def __init__(self, question: Q) -> None:
        self.question = question
        self.gate = threading.Lock()
        self.gate.acquire()
        self.answers: tuple[A, ...] = ()
        self.has_failed = False


class Gathered(Generic[Q, A]):
    """`ask_all` answers up to `most` questions, in their order."""

    def __init__(self, ask_all: Callable[[Sequence[Q]], Sequence[A]], *, most: int) -> None:
        self._ask_all, self._most = ask_all, most
        self._lock = threading.Lock()
        self._waiting = deque[_Asked[Q, A]]()
        self._is_asking = False

    def ask(self, question: Q) -> A:
        """The answer. What fails for several together is asked by each for himself, and raises what that raises."""
        asked = _Asked[Q, A](question)
        with self._lock:
            self._waiting.append(asked)
            is_first, self._is_asking = not self._is_asking, True
        if not is_first:
            asked.gate.acquire()
        if not asked.answers and not asked.has_failed:
            self._ask_for_all(asked)
        return asked.answers[0] if asked.answers else self._ask_all([question])[0]

    def _ask_for_all(self, own: _Asked[Q, A]) -> None:
        """Asks for whoever waits, `own` the first of them; then the next of those who have come since does so."""
        with self._lock:
            together = [self._waiting.popleft() for _one in range(min(self._most, len(self._waiting)))]
        try:
            answers = self._ask_all([one.question for one in together])
            for one, answer in zip(together, answers, strict=True):
                one.answers = (answer,)
        except Exception:
            if len(together) == 1:
                raise
        finally:
            with self._lock:
                served = [one for one in together if one is not own] + list(self._waiting)[:1]
                self._is_asking = bool(self._waiting)
            for one in together:
                one.has_failed = not one.answers
            for one in served:
                one.gate.release()
