"""Real language models, small and weak: whatever they write, every answer keeps what answers promise.

``make test-models`` runs these alone. The packaged model is unpacked into the user's cache, once.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from embeddings.cached_folder import is_whole
from embeddings.encoder import Encoder
from rag.assembly import compose, open_reranker
from rag.assistant import Assistant
from rag.cli import main
from rag.errors import GenerationError
from rag.generators.openai_model import OpenAIModel
from rag.generators.packaged_gemma import packaged_model_folder
from rag.generators.transformers_model import TransformersModel
from rag.language_model import LanguageModel
from rag.library import Library
from rag.phrasing import ModelTrouble, refusal
from rag.prompts import Prompt, answer_prompt
from rag.schema import Answer, Document, Question, Quote, Turn
from rag.settings import Settings
from rag.verifier import Ruling, verify

pytestmark = [pytest.mark.language_model, pytest.mark.model, pytest.mark.timeout(600)]

QUESTIONS = (
    "恒桢铜业铜箔项目一期是哪天投产的？",
    "2020年县里的工会会员一共有多少人？",
    "安全执法的四个“一律”是什么？",
)
COUNTING = "一，二，三，四，五，六，七，八，九，十"
FOREST = Document("forest", "去年全市造林1047亩，栽种云杉21万株。")
TEMPLATE = (  # the packaged model was trained without one
    "{% for message in messages %}{{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}回答：{% endif %}"
)


@pytest.fixture(scope="module")
def gemma() -> TransformersModel:
    return TransformersModel.load(threads=1)


@pytest.fixture(scope="module")
def assistant(samples_library: Library, encoder: Encoder, gemma: TransformersModel) -> Assistant:
    return composed(samples_library, encoder, gemma)


def composed(library: Library, encoder: Encoder, model: LanguageModel) -> Assistant:
    settings = Settings(library.root)
    return compose(library, encoder, settings, model, open_reranker(settings, encoder))


def check(answer: Answer, library: Library) -> None:
    """What answers promise, and that each sentence is supported by the very quotes that it cites."""
    for citation in answer.citations:
        text = library.document(citation.document.doc_id).text
        assert text[citation.start : citation.end] == citation.quote
    markers = {int(n) for n in re.findall(r"\[(\d+)\]", answer.text)}
    assert markers == {c.marker for c in answer.citations}
    if not answer.answered:
        assert answer.reason is not None
        assert answer.text.startswith(refusal(answer.reason))
        return
    quotes = [c.quote for c in answer.citations]
    assert answer.short_answer is None or any(answer.short_answer in q for q in quotes)
    assert answer.coverage == 1.0
    assert answer.notice or answer.generator != "extractive"
    if answer.generator != "extractive":
        for said, marked in re.findall(r"([^\[\]]+)((?:\[\d+\])+)", answer.text):
            cited = [answer.citations[int(n) - 1] for n in re.findall(r"\d+", marked)]
            spans = [Quote(c.document, c.start, c.end) for c in cited]
            assert verify(said, spans).ruling is Ruling.SUPPORTED, said


# ---- on this machine


def test_the_packaged_model_is_unpacked_once(gemma: TransformersModel) -> None:
    told: list[str] = []
    folder = packaged_model_folder(on_progress=told.append)
    assert is_whole(folder)
    assert told == []
    assert not (folder / "packed").exists()
    assert gemma.context == 32768


def test_it_goes_on_with_a_text(gemma: TransformersModel) -> None:
    """Weights that were unpacked wrongly would not know how to count."""
    prompt = Prompt(COUNTING, COUNTING[:8], COUNTING, COUNTING[8:12])
    assert "".join(gemma.stream(prompt, 8)).startswith("七，八，九")


@pytest.mark.parametrize("question", QUESTIONS)
def test_whatever_it_writes_the_answer_keeps_its_promises(
    assistant: Assistant, samples_library: Library, question: str
) -> None:
    *pieces, answer = assistant.stream(Question(question))
    assert isinstance(answer, Answer)
    assert "".join(map(str, pieces)) == answer.text
    check(answer, samples_library)


def test_a_follow_up(assistant: Assistant, samples_library: Library) -> None:
    said = "恒桢铜业锂电铜箔项目一期6000吨生产线于2022年12月8日正式投产。"
    history = (Turn("user", QUESTIONS[0]), Turn("assistant", said))
    check(assistant.ask(Question("它总投资多少？", history)), samples_library)


# ---- behind an endpoint


@pytest.fixture(scope="module")
def chat_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged model with a chat template."""
    folder = tmp_path_factory.mktemp("chat")
    for path in packaged_model_folder().iterdir():
        (folder / path.name).symlink_to(path)
    (folder / "chat_template.jinja").write_text(TEMPLATE, encoding="utf-8")
    return folder


@pytest.fixture
def served(chat_folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """``transformers serve``, its address and its process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = [Path(sys.executable).with_name("transformers"), "serve", chat_folder]
    options = ["--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    with subprocess.Popen(
        [*program, *options],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            _wait_for(f"http://127.0.0.1:{port}/health", process)
            yield f"http://127.0.0.1:{port}/v1", process
        finally:
            process.kill()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        assert process.poll() is None, "transformers serve ended"
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError(url)


def test_a_real_server_answers_and_dies(
    served: tuple[str, subprocess.Popen[bytes]],
    chat_folder: Path,
    samples_library: Library,
    encoder: Encoder,
) -> None:
    url, process = served
    with closing(OpenAIModel.connect(url, str(chat_folder))) as model:
        prompt = answer_prompt("造林多少亩？", [Quote(FOREST, 0, len(FOREST.text))])
        assert "造林" in "".join(model.stream(prompt, 12))
        assistant = composed(samples_library, encoder, model)
        check(assistant.ask(Question(QUESTIONS[0])), samples_library)

        stream = model.stream(prompt, 400)
        assert any(piece for piece in stream)
        process.kill()
        with pytest.raises(GenerationError, match=ModelTrouble.BROKE_OFF):
            list(stream)

        answer = assistant.ask(Question(QUESTIONS[0]))
        assert (answer.answered, answer.generator) == (True, "extractive")
        assert answer.notice
    assert ModelTrouble.UNREACHABLE in answer.notice


# ---- from the command line


def test_the_command_line(
    samples_library: Library, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIANGHUA_LIBRARY", str(samples_library.root))
    monkeypatch.setenv("JIANGHUA_THREADS", "1")
    endpoint = ["--generator", "openai", "--base-url", "http://127.0.0.1:9/v1", "--model", "m"]
    for options in (["--generator", "transformers"], endpoint):
        assert main(["ask", QUESTIONS[0], "--json", *options]) == 0
        out, err = capsys.readouterr()
        answer = json.loads(out)
        assert answer["answered"]
        assert answer.get("notice", "") in err
        assert answer["generator"] == ("extractive" if answer.get("notice") else options[1])
