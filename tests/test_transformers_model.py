"""The generator ``transformers`` with a tiny model that the test makes: it writes nonsense, but by the real library."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import GenerationError, OptionalDependencyError, UsageError
from rag.generators import packaged_gemma
from rag.generators.transformers_model import TransformersModel
from rag.prompts import answer_prompt
from rag.schema import Document, Quote

TEXT = "去年全市造林1047亩，栽种云杉21万株。"
PROMPT = answer_prompt("造林多少亩？", [Quote(Document("d", TEXT), 0, len(TEXT))])
EVERYBODY = "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}{% endfor %}<assistant>"
NO_SYSTEM = (
    "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}"
    + EVERYBODY
)


def write_model(folder: Path, template: str | None = None) -> Path:
    """A model with two layers and a token for each character that the prompts have."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    characters = sorted(set(PROMPT.completion()) | set("<>system_user_assistant"))
    vocabulary = {c: i for i, c in enumerate(["<unk>", "<s>", "</s>", *characters])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, "<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.decoder = decoders.Fuse()
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A", special_tokens=[("<s>", 1)])
    special = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special)
    fast.chat_template = template
    fast.save_pretrained(folder)
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=len(vocabulary), hidden_size=32, intermediate_size=32, num_hidden_layers=2,
        num_attention_heads=2, max_position_embeddings=2000, bos_token_id=1, eos_token_id=2,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def model(folder: Path) -> TransformersModel:
    return TransformersModel.load(str(folder), threads=1)


def test_the_same_prompt_gives_the_same_reply(model: TransformersModel) -> None:
    first, second = ("".join(model.stream(PROMPT, 20)) for _ in range(2))
    assert first == second
    assert 0 < len(first) <= 20
    assert not set(first) <= set("<unk>s/")


def test_the_reply_is_the_most_likely_one(model: TransformersModel, folder: Path) -> None:
    """Against the model itself, called token by token."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    plain = AutoModelForCausalLM.from_pretrained(folder, dtype=model._model.dtype).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    ids = tokenizer(PROMPT.completion(), return_tensors="pt")["input_ids"]
    prompt = ids.shape[1]
    with torch.inference_mode():
        for _ in range(8):
            best = plain(ids).logits[:, -1].argmax(-1, keepdim=True)
            ids = torch.cat([ids, best], dim=1)
    expected = tokenizer.decode(ids[0, prompt:], skip_special_tokens=True)
    assert "".join(model.stream(PROMPT, 8)).strip() == expected.strip()


def test_a_reply_that_nobody_reads_stops(model: TransformersModel) -> None:
    steps: list[object] = []
    hook = model._model.register_forward_hook(lambda *_: steps.append(1))
    stream = model.stream(PROMPT, 1500)
    next(stream)
    stream.close()
    assert len(steps) < 100
    steps.clear()
    assert len(list("".join(model.stream(PROMPT, 3)))) <= 3  # the next one has the model for itself
    assert len(steps) == 3
    hook.remove()


def test_tokens_and_context_are_the_models_own(model: TransformersModel, folder: Path) -> None:
    assert model.tokens(PROMPT) == len(PROMPT.completion()) + 1  # a character each, and <s>
    assert model.context == 2000
    assert TransformersModel.load(str(folder), context=300).context == 300


def test_a_chat_template_is_used(tmp_path: Path) -> None:
    model = TransformersModel.load(str(write_model(tmp_path, EVERYBODY)))
    text, special = model._as_text(PROMPT)
    assert text == f"<system>{PROMPT.system}<user>{PROMPT.user}<assistant>"
    assert not special
    assert model.tokens(PROMPT) == len(text)


def test_a_template_without_a_system(tmp_path: Path) -> None:
    model = TransformersModel.load(str(write_model(tmp_path, NO_SYSTEM)))
    text, _ = model._as_text(PROMPT)
    assert text == f"<user>{PROMPT.system}\n\n{PROMPT.user}<assistant>"


def test_a_model_that_cannot_run(folder: Path) -> None:
    import torch

    model = TransformersModel.load(str(folder))
    model._model.lm_head = torch.nn.Linear(5, 5)  # of another size: torch raises
    with pytest.raises(GenerationError, match="运行出错"):
        list(model.stream(PROMPT, 3))


def test_no_model_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no language model could be loaded from"):
        TransformersModel.load(str(tmp_path))


def test_the_packaged_model_names_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIANGHUA_CACHE", str(tmp_path))
    monkeypatch.setattr(packaged_gemma, "find_spec", lambda _: None)
    with pytest.raises(OptionalDependencyError, match=r"pip install 'jianghua\[gguf\]'"):
        TransformersModel.load()
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []
