"""A language model behind an OpenAI-compatible endpoint: vLLM, Ollama, DeepSeek, DashScope and others.

The key comes from ``OPENAI_API_KEY`` and goes nowhere but into the request. Knows nothing of speeches.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Self

from rag.errors import GenerationError, OptionalDependencyError, UsageError
from rag.phrasing import ModelTrouble
from rag.prompts import Prompt

if TYPE_CHECKING:
    from openai import OpenAI

CONTEXT = (
    4096  # tokens, where nothing else is said: what Ollama takes; beyond, it cuts without a word
)
_CONNECTING = 10.0  # seconds
_RETRIES = 1
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
            timeout: Seconds to wait for the next piece of a reply.

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
            max_retries=_RETRIES,
        )
        return cls(client, model, context or CONTEXT, timeout)

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
        try:
            for piece in self._pieces(prompt, most):
                begun = True
                yield piece
        except APITimeoutError as error:
            raise GenerationError(ModelTrouble.TIMED_OUT) from error
        except APIStatusError as error:
            raise GenerationError(ModelTrouble.REFUSED.format(error.status_code)) from error
        except APIConnectionError as error:
            why = ModelTrouble.BROKE_OFF if begun else ModelTrouble.UNREACHABLE
            raise GenerationError(why) from error
        except (OpenAIError, ValueError) as error:  # an error or no JSON in the midst of a stream
            raise GenerationError(ModelTrouble.BROKE_OFF) from error

    def _pieces(self, prompt: Prompt, most: int) -> Generator[str, None, None]:
        finished, latest = False, time.monotonic() + _WHOLE * self._timeout
        with self._client.chat.completions.create(
            model=self._model,
            messages=[
                {"role": "system", "content": prompt.system},
                {"role": "user", "content": prompt.user},
            ],
            temperature=0,
            max_tokens=most,
            stream=True,
        ) as chunks:
            for chunk in chunks:
                piece, ends = _read(chunk)
                yield piece
                finished = finished or ends
                if time.monotonic() > latest:
                    raise GenerationError(ModelTrouble.TIMED_OUT)
        if not finished:
            raise GenerationError(ModelTrouble.BROKE_OFF)


def _read(chunk: object) -> tuple[str, bool]:
    """What a chunk adds and whether it is the last with words; the package checks no chunk's form."""
    choices = getattr(chunk, "choices", None)
    choice = choices[0] if isinstance(choices, list) and choices else None
    content = getattr(getattr(choice, "delta", None), "content", None)
    piece = content if isinstance(content, str) else ""
    return piece, getattr(choice, "finish_reason", None) is not None
