"""Settings out of the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import UsageError
from rag.settings import Settings


def test_the_defaults_need_no_environment() -> None:
    settings = Settings.from_environment({})
    assert (settings.host, settings.port) == ("127.0.0.1", 7860)
    assert (settings.generator, settings.passages) == ("extractive", 10)
    assert settings.encoder is settings.threads is None
    assert settings.library.name == "jianghua"


def test_the_environment_sets_each_field_in_its_type() -> None:
    settings = Settings.from_environment(
        {
            "JIANGHUA_LIBRARY": "/tmp/库",  # noqa: S108
            "JIANGHUA_ENCODER": "some/model",
            "JIANGHUA_PASSAGES": "3",
            "JIANGHUA_PORT": "8080",
            "JIANGHUA_THREADS": "2",
            "JIANGHUA_HOST": "::1",
            "JIANGHUA_GENERATOR": "openai",
            "JIANGHUA_MODEL": "some/writer",
            "JIANGHUA_BASE_URL": "http://localhost:1/v1",
            "JIANGHUA_CONTEXT": "4000",
            "JIANGHUA_TIMEOUT": "5",
            "JIANGHUA_UNSUPPORTED": "mark",
            "PORT": "1",
            "JIANGHUA_UNKNOWN": "x",
        }
    )
    assert settings.library == Path("/tmp/库")  # noqa: S108
    assert (settings.passages, settings.port, settings.threads) == (3, 8080, 2)
    assert (settings.encoder, settings.host) == ("some/model", "::1")
    assert (settings.generator, settings.model) == ("openai", "some/writer")
    assert settings.base_url == "http://localhost:1/v1"
    assert (settings.context, settings.timeout, settings.unsupported) == (4000, 5, "mark")


def test_an_empty_variable_is_none() -> None:
    assert Settings.from_environment({"JIANGHUA_PORT": ""}).port == 7860


@pytest.mark.parametrize("value", ["many", "-1", "0", "1.5", " ", "²"])
@pytest.mark.parametrize("name", ["PASSAGES", "PORT", "THREADS", "CONTEXT", "TIMEOUT"])
def test_what_is_no_whole_number_is_refused(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=f"JIANGHUA_{name} should be a whole number"):
        Settings.from_environment({f"JIANGHUA_{name}": value})


@pytest.mark.parametrize(
    ("name", "choices"),
    [("GENERATOR", "extractive or transformers or openai"), ("UNSUPPORTED", "drop or mark")],
)
def test_what_is_no_choice_is_refused(name: str, choices: str) -> None:
    with pytest.raises(UsageError, match=f"JIANGHUA_{name} should be {choices}, but is 'magic'"):
        Settings.from_environment({f"JIANGHUA_{name}": "magic"})
