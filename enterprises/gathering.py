"""Questions that several threads of a process have at once are asked in one. Law: nobody waits for others to come.

Whoever finds nobody asking asks for himself, at once; who comes meanwhile is asked for together afterwards. So a lone
question goes as if there were no others, and many at once share one way there and back. Whom one that takes long would
keep waiting does not: after a while he asks beside it, for himself and for those who wait with him.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


class _Asked(Generic[Q, A]):
    """A question, and the gate behind which its thread waits until it is answered, or its turn to ask for others."""

    __slots__ = ("answers", "gate", "is_next", "question")

    def __init__(self, question: Q) -> None:
        self.question = question
        self.gate = threading.Lock()
        self.gate.acquire()
        self.answers: tuple[A, ...] = ()
        self.is_next = False


class Gathered(Generic[Q, A]):
    """`ask_all` answers up to `most` questions, in their order. `patience`: seconds for which one waits for another."""

    def __init__(self, ask_all: Callable[[Sequence[Q]], Sequence[A]], *, most: int, patience: float) -> None:
        self._ask_all, self._most, self._patience = ask_all, most, patience
        self._lock = threading.Lock()
        self._waiting = deque[_Asked[Q, A]]()
        self._asking = 0  # threads that ask, or are about to

    def ask(self, question: Q) -> A:
        """The answer. What fails for several together is asked by each for himself, and raises what that raises."""
        asked = _Asked[Q, A](question)
        if self._is_first(asked) or self._waits_in_vain(asked) or asked.is_next:
            self._ask_for_all(asked)
        return asked.answers[0] if asked.answers else self._ask_all([question])[0]

    def _is_first(self, asked: _Asked[Q, A]) -> bool:
        with self._lock:
            if self._asking:
                self._waiting.append(asked)
                return False
            self._asking = 1
            return True

    def _waits_in_vain(self, asked: _Asked[Q, A]) -> bool:
        """Wait for one's turn, or one's answer; true where patience ends before somebody has taken up the question."""
        if asked.gate.acquire(timeout=self._patience):
            return False
        with self._lock:
            if asked in self._waiting:
                self._waiting.remove(asked)
                self._asking += 1
                return True
        asked.gate.acquire()
        return False

    def _ask_for_all(self, own: _Asked[Q, A]) -> None:
        """Ask for oneself and whoever waits; then the next of those who have come since does so."""
        with self._lock:
            others = [self._waiting.popleft() for _one in range(min(self._most - 1, len(self._waiting)))]
        together = [own, *others]
        try:
            answers = self._ask_all([one.question for one in together])
            for one, answer in zip(together, answers, strict=True):
                one.answers = (answer,)
        except Exception:
            if not others:
                raise
        finally:
            with self._lock:
                heirs = [self._waiting.popleft()] if self._waiting else []
                self._asking += len(heirs) - 1
            for one in heirs:
                one.is_next = True
            for one in (*others, *heirs):
                one.gate.release()
