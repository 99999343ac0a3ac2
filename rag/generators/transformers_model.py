"""A causal language model on this machine, by transformers. Knows nothing of speeches or answers.

One reply at a time: a second one would only make both slow. A reply that nobody reads any more stops
with the token at work.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from embeddings.processor import available_cores, has_bfloat16
from rag.errors import GenerationError, UsageError
from rag.generators.packaged_gemma import PACKAGED, packaged_model_folder
from rag.phrasing import ModelTrouble
from rag.prompts import Prompt

if TYPE_CHECKING:
    from torch import Tensor, dtype
    from transformers import PreTrainedModel, PreTrainedTokenizerBase, TextIteratorStreamer

_CONTEXT = 2048  # tokens, of a model that does not say
_UNLIMITED = 10**9  # what a tokenizer says that knows no limit is beyond this


class TransformersModel:
    """A ``LanguageModel`` out of a transformers folder or name."""

    name = "transformers"

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        context: int | None = None,
        threads: int = 1,
    ) -> None:
        """Take over a loaded model; ``load`` does what is usually wanted."""
        self._model = model
        self._tokenizer = tokenizer
        self._as_text = _writer(tokenizer)
        self._busy = threading.Lock()
        self._thread = ThreadPoolExecutor(1, "model", _on_cores, (threads,))
        self.context = context or _context(model, tokenizer)

    @classmethod
    def load(
        cls,
        name_or_folder: str | None = None,
        *,
        context: int | None = None,
        threads: int | None = None,
        on_progress: Callable[[str], None] | None = None,
    ) -> Self:
        """Load a model onto the GPU where there is one, in half precision where that is not slower.

        Args:
            name_or_folder: A folder, or a name on the Hugging Face hub, for which alone the network
                may be used. ``None`` and ``gemma-3-270m`` take the packaged model.
            context: Tokens of a prompt with its reply; ``None``: as many as the model takes.
            threads: Processor cores for one reply; ``None``: half of the available ones, since memory
                is what a reply waits for, and the machine has other work.
            on_progress: Told in a line what takes its time.

        Raises:
            UsageError: there is no such model.
            OptionalDependencyError: the packaged model is not installed.
        """
        if name_or_folder in {None, PACKAGED}:
            name_or_folder = str(packaged_model_folder(on_progress=on_progress))
        model, tokenizer = _loaded(str(name_or_folder))
        return cls(model, tokenizer, context, threads or max(1, available_cores() // 2))

    def tokens(self, prompt: Prompt) -> int:
        """How many tokens the prompt has."""
        return int(self._encoded(prompt)["input_ids"].shape[1])

    def stream(self, prompt: Prompt, most: int) -> Generator[str, None, None]:
        """The most likely reply, word by word.

        Raises:
            GenerationError: the machine cannot run the model, for want of memory for one.
        """
        from transformers import TextIteratorStreamer

        with self._busy:
            streamer = TextIteratorStreamer(
                self._tokenizer, skip_prompt=True, skip_special_tokens=True
            )
            unwanted = threading.Event()
            work = self._thread.submit(
                self._generate, self._encoded(prompt), most, streamer, unwanted
            )
            try:
                yield from streamer
                work.result()
            except RuntimeError as error:
                raise GenerationError(ModelTrouble.FAILED) from error
            finally:
                unwanted.set()
                work.exception()  # waits: the next reply needs the thread

    def _generate(
        self,
        encoded: dict[str, Tensor],
        most: int,
        streamer: TextIteratorStreamer,
        unwanted: threading.Event,
    ) -> None:
        import torch

        def stops(ids: Tensor, _scores: object, **_: object) -> Tensor:
            return torch.full((len(ids),), unwanted.is_set(), device=ids.device)

        generate: Any = self._model.generate
        try:
            with torch.inference_mode():
                generate(
                    **{name: tensor.to(self._model.device) for name, tensor in encoded.items()},
                    max_new_tokens=most,
                    do_sample=False,
                    streamer=streamer,
                    stopping_criteria=[stops],
                )
        finally:
            streamer.end()  # type: ignore[no-untyped-call]

    def _encoded(self, prompt: Prompt) -> dict[str, Tensor]:
        text, special = self._as_text(prompt)
        return dict(self._tokenizer(text, return_tensors="pt", add_special_tokens=special))


def _loaded(name_or_folder: str) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    here = Path(name_or_folder).is_dir()
    try:
        tokenizer = AutoTokenizer.from_pretrained(name_or_folder, local_files_only=here)
        model = AutoModelForCausalLM.from_pretrained(
            name_or_folder, local_files_only=here, dtype=_dtype()
        )
    except (OSError, ValueError) as error:
        raise UsageError(
            f"no language model could be loaded from {name_or_folder!r}; expected the folder of a "
            "causal language model, or its name on the Hugging Face hub and a network"
        ) from error
    model.generation_config = type(model.generation_config)(  # nothing is sampled
        eos_token_id=model.generation_config.eos_token_id,
        bos_token_id=model.generation_config.bos_token_id,
        pad_token_id=model.generation_config.pad_token_id or tokenizer.eos_token_id,
    )
    device = "cuda" if torch.cuda.is_available() else "mps" if _has_mps() else "cpu"
    return model.eval().to(device), tokenizer  # type: ignore[no-untyped-call]


def _dtype() -> dtype:
    import torch

    if torch.cuda.is_available():
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    if _has_mps():
        return torch.float16
    return torch.bfloat16 if has_bfloat16() else torch.float32


def _has_mps() -> bool:
    import torch

    return torch.backends.mps.is_available()


def _on_cores(threads: int) -> None:
    import torch

    torch.set_num_threads(threads)


def _context(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> int:
    """Tokens that the model takes: what its configuration says, else its tokenizer."""
    config = model.config.get_text_config()
    positions = getattr(config, "max_position_embeddings", None)
    known = [n for n in (positions, tokenizer.model_max_length) if n and n < _UNLIMITED]
    return int(min(known, default=_CONTEXT))


def _writer(tokenizer: PreTrainedTokenizerBase) -> Callable[[Prompt], tuple[str, bool]]:
    """How a prompt is written for this model, and whether the tokenizer adds its special tokens."""
    if tokenizer.chat_template is None:
        return lambda prompt: (prompt.completion(), True)

    from jinja2 import TemplateError

    def written(messages: list[dict[str, str]]) -> tuple[str, bool]:
        text: Any = tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True, enable_thinking=False
        )
        return text, False

    try:
        written(Prompt("", "", "", "").messages())
    except TemplateError:  # a template without a role for the system
        return lambda prompt: written(
            [{"role": "user", "content": f"{prompt.system}\n\n{prompt.user}"}]
        )
    return lambda prompt: written(prompt.messages())
