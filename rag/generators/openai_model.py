"""A language model behind an OpenAI-compatible endpoint: vLLM, Ollama, DeepSeek, DashScope and others.

The key comes from ``OPENAI_API_KEY`` and goes nowhere but into the request. Knows nothing of speeches.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from rag.errors import GenerationError, OptionalDependencyError, UsageError
from rag.phrasing import ModelTrouble
from rag.prompts import Prompt

if TYPE_CHECKING:
    from openai import OpenAI, Stream
    from openai.types.chat import ChatCompletionChunk

CONTEXT = (
    4096  # tokens, where nothing else is said: what Ollama takes; beyond, it cuts without a word
)
_CONNECTING = 10.0  # seconds
_PAUSE = 0.5  # seconds before a request that may succeed the second time is sent again
_PASSING = frozenset({408, 409, 429, 500, 502, 503, 504})  # states of a server that may pass
_WHOLE = 5  # times the time limit of a piece that a whole reply may take
_BYTES = 2  # of UTF-8 a token at least, for tokenizers that know Chinese; theirs is not at hand
_NO_KEY = "none"  # the package wants one, servers on this machine do not


class OpenAIModel:
    """A ``LanguageModel`` that an endpoint runs."""

    name = "openai"

    def __init__(self, client: OpenAI, model: str, context: int, timeout: float) -> None:
        """Take over a client; ``connect`` does what is usually wanted."""
        self._client = client
        self._model = model
        self._timeout = timeout
        self.context = context

    @classmethod
    def connect(
        cls, base_url: str, model: str, *, context: int | None = None, timeout: float = 60
    ) -> Self:
        """Set up a client; nothing is sent yet.

        Args:
            base_url: The endpoint, such as ``http://127.0.0.1:11434/v1``.
            model: The name by which the endpoint knows the model.
            context: Tokens of a prompt with its reply.
            timeout: Seconds to wait for the next words of a reply.

        Raises:
            OptionalDependencyError: the package ``openai`` is not installed.
            UsageError: the address is none.
        """
        try:
            from openai import OpenAI, Timeout
        except ImportError:
            raise OptionalDependencyError(
                "the generator openai needs the package openai; run `pip install 'jianghua[openai]'`"
            ) from None
        if not base_url.startswith(("http://", "https://")):
            raise UsageError(
                f"--base-url should start with http:// or https://, but is {base_url!r}"
            )
        client = OpenAI(
            base_url=base_url,
            api_key=os.environ.get("OPENAI_API_KEY") or _NO_KEY,
            timeout=Timeout(timeout, connect=min(timeout, _CONNECTING)),
            max_retries=0,  # the package would wait for a silent server twice
        )
        return cls(client, model, context or CONTEXT, timeout)

    def close(self) -> None:
        """Close the connections that are kept for the next question; afterwards it can ask nothing."""
        self._client.close()

    def tokens(self, prompt: Prompt) -> int:
        """How many tokens the prompt has at most; counted in bytes."""
        return len((prompt.system + prompt.user).encode("utf-8", "replace")) // _BYTES

    def stream(self, prompt: Prompt, most: int) -> Generator[str, None, None]:
        """The most likely reply, as the endpoint sends it.

        Raises:
            GenerationError: the endpoint is not there, refuses, takes too long or breaks off.
        """
        from openai import APIConnectionError, APIStatusError, APITimeoutError, OpenAIError

        begun = False
        watchdog = _Watchdog(self._timeout)
        try:
            for piece in self._pieces(prompt, most, watchdog):
                begun = True
                yield piece
        except APITimeoutError as error:
            raise GenerationError(ModelTrouble.TIMED_OUT) from error
        except APIStatusError as error:
            raise GenerationError(ModelTrouble.REFUSED.format(error.status_code)) from error
        except APIConnectionError as error:
            why = ModelTrouble.BROKE_OFF if begun else ModelTrouble.UNREACHABLE
            raise GenerationError(ModelTrouble.TIMED_OUT if watchdog.bit else why) from error
        except (OpenAIError, ValueError, OSError) as error:  # no JSON in the midst of a stream
            why = ModelTrouble.TIMED_OUT if watchdog.bit else ModelTrouble.BROKE_OFF
            raise GenerationError(why) from error

    def _pieces(self, prompt: Prompt, most: int, watchdog: _Watchdog) -> Iterator[str]:
        finished = False
        with self._opened(prompt, most) as chunks, watchdog.over(chunks.close):
            for chunk in chunks:
                piece, thought, ends = _read(chunk)
                if piece or thought:
                    watchdog.feed()
                yield piece
                finished = finished or ends
        if not finished:
            raise GenerationError(
                ModelTrouble.TIMED_OUT if watchdog.bit else ModelTrouble.BROKE_OFF
            )

    def _opened(self, prompt: Prompt, most: int) -> Stream[ChatCompletionChunk]:
        """The reply as it begins; asked for once more where the first refusal may pass."""
        from openai import APIConnectionError, APIStatusError, APITimeoutError

        try:
            return self._sent(prompt, most)
        except APITimeoutError:
            raise
        except APIStatusError as error:
            if error.status_code not in _PASSING:
                raise
        except APIConnectionError:
            pass
        time.sleep(_PAUSE)
        return self._sent(prompt, most)

    def _sent(self, prompt: Prompt, most: int) -> Stream[ChatCompletionChunk]:
        return self._client.chat.completions.create(
            model=self._model,
            messages=[
                {"role": "system", "content": prompt.system},
                {"role": "user", "content": prompt.user},
            ],
            temperature=0,
            max_tokens=most,
            stream=True,
        )


class _Watchdog:
    """Closes a stream that keeps sending, but no words: blank pieces, signs of life, a page of HTML."""

    def __init__(self, patience: float) -> None:
        """``patience`` is in seconds; a whole reply may take some times as long."""
        self._patience = patience
        self._done = threading.Event()
        self._end = time.monotonic() + _WHOLE * patience
        self._latest = self._end
        self.bit = False

    def feed(self) -> None:
        """Words have come."""
        self._latest = min(time.monotonic() + self._patience, self._end)

    @contextmanager
    def over(self, close: Callable[[], None]) -> Iterator[None]:
        """Watch from here on; ``close`` ends the stream from another thread."""
        self.feed()
        watcher = threading.Thread(target=self._watch, args=(close,), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            self._done.set()
            watcher.join()

    def _watch(self, close: Callable[[], None]) -> None:
        while not self._done.wait(max(0.0, self._latest - time.monotonic())):
            if time.monotonic() >= self._latest:
                self.bit = True
                close()
                return


def _read(chunk: object) -> tuple[str, bool, bool]:
    """What a chunk adds, whether it has a thought, and whether it is the last with words.

    The package checks no chunk's form.
    """
    choices = getattr(chunk, "choices", None)
    choice = choices[0] if isinstance(choices, list) and choices else None
    content = getattr(getattr(choice, "delta", None), "content", None)
    piece = content if isinstance(content, str) else ""
    delta = getattr(choice, "delta", None)
    thought = any(getattr(delta, name, None) for name in ("reasoning_content", "reasoning"))
    return piece, thought, getattr(choice, "finish_reason", None) is not None
