"""The code holds to the module tables of ARCHITECTURE.md: every import goes up that page."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OWN = ("embeddings", "rag", "ui", "ui_parts")
ANYWHERE = {"numpy"}
SLOW = ("torch", "transformers", "sentence_transformers", "faiss", "tantivy", "gradio", "fastapi")
HEADER = ["module", "one job", "may import", "home of"]


@dataclass(frozen=True)
class Row:
    """One row of a module table: where it stands, and what it allows."""

    module: str
    job: str
    group: str
    allowed: tuple[str, ...]
    above: bool
    home_of: tuple[str, ...]


@dataclass(frozen=True)
class Imports:
    """What one module imports: modules of ours, and libraries by their top-level names."""

    own: frozenset[str]
    libraries: frozenset[str]


def rows_of(page: str) -> list[Row]:
    """The rows of all module tables, in their order."""
    rows, group, inside = [], "", False
    for line in page.splitlines():
        heading = re.match(r"### `(\w+)`", line)
        group = heading[1] if heading else group
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|") or set(line) <= set("|- "):
            inside = inside and line.startswith("|")
        elif cells == HEADER:
            inside = True
        elif inside:
            module, job, allowed, home = cells
            named = tuple(re.findall(r"`([\w.]+)`", allowed))
            libraries = tuple(re.findall(r"\w+", home))
            above = "above" in allowed.split(", ")
            rows.append(Row(module.strip("`"), job, group, named, above, libraries))
    return rows


def module_files() -> dict[str, Path]:
    """Our modules by name; without packages that hold nothing but a docstring or a version."""
    found = {}
    for path in (p for name in OWN for p in sources(ROOT / name)):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if parts[-1] != "__init__" or "import" in path.read_text(encoding="utf-8"):
            found[name] = path
    return found


def sources(place: Path) -> Iterator[Path]:
    yield from sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]


def imports_of(source: str, modules: set[str]) -> Imports:
    """What a module imports anywhere in it, for type checking too."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written with the full name of the module"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            names |= {str(a.value) for a in node.args if isinstance(a, ast.Constant)}
    own = {name for name in names if name.split(".")[0] in OWN}
    libraries = {name.split(".")[0] for name in names - own} - set(sys.stdlib_module_names)
    return Imports(frozenset(filter(None, (owner(n, modules) for n in own))), frozenset(libraries))


def owner(name: str, modules: set[str]) -> str | None:
    """The module that an imported name is, or belongs to; ``None`` for a bare package."""
    if name in modules:
        return name
    parent = name.rpartition(".")[0]
    return parent if parent in modules else None


ROWS = rows_of((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"))
FILES = module_files()
IMPORTS = {
    name: imports_of(path.read_text(encoding="utf-8"), set(FILES)) for name, path in FILES.items()
}
GROUPS = list(dict.fromkeys(row.group for row in ROWS))


def permitted(row: Row) -> set[str]:
    """All modules that a row allows its module to import."""
    position = ROWS.index(row)
    allowed = set(row.allowed)
    allowed |= {r.module for r in ROWS if r.group in row.allowed}
    return allowed | {r.module for r in ROWS[:position] if row.above and r.group == row.group}


def test_every_module_has_one_row_and_every_row_its_module() -> None:
    listed = [row.module for row in ROWS]
    assert sorted(listed) == sorted(set(listed))
    assert set(FILES) - set(listed) == set(), "add a row for these to ARCHITECTURE.md"
    assert set(listed) - set(FILES) == set(), "these are gone; take their rows out"


def test_rows_name_only_what_stands_above_them() -> None:
    for position, row in enumerate(ROWS):
        higher = {r.module for r in ROWS[:position]}
        groups = set(GROUPS[: GROUPS.index(row.group)])
        assert set(row.allowed) <= higher | groups, f"{row.module} names what stands below it"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.module)
def test_imports_are_those_of_the_row(row: Row) -> None:
    if row.module not in IMPORTS:
        pytest.skip("has no file, which another test says")
    unplanned = IMPORTS[row.module].own - permitted(row) - {row.module}
    assert unplanned == set(), f"ARCHITECTURE.md does not let {row.module} import these"
    strangers = IMPORTS[row.module].libraries - ANYWHERE - set(row.home_of)
    assert strangers == set(), f"{row.module} is not the home of these libraries"
    assert set(row.home_of) <= IMPORTS[row.module].libraries, "a home that is empty"


def test_every_job_is_said() -> None:
    assert [row.module for row in ROWS if not row.job] == []


def test_the_table_is_read_as_it_is_meant() -> None:
    page = """### `low`: words

| module | one job | may import | home of |
|---|---|---|---|
| `a` | first | — | faiss, torch |

| other | table |
|---|---|
| `x` | is none of ours |

### `high`

| module | one job | may import | home of |
|---|---|---|---|
| `b.c` | second | above, `low`, `a` | |
"""
    assert rows_of(page) == [
        Row("a", "first", "low", (), False, ("faiss", "torch")),
        Row("b.c", "second", "high", ("low", "a"), True, ()),
    ]


def test_imports_are_found_wherever_they_stand() -> None:
    source = """
import json, rag.first
from rag import second, __version__
from rag.third import Thing
def late():
    import faiss.contrib
    importlib.import_module("rapidocr")
if TYPE_CHECKING:
    from embeddings.fourth import Encoder
"""
    modules = {"rag.first", "rag.second", "rag.third", "embeddings.fourth"}
    assert imports_of(source, modules) == Imports(
        frozenset(modules), frozenset({"faiss", "rapidocr"})
    )


def test_everything_that_is_imported_is_a_dependency() -> None:
    """The distributions of pyproject.toml provide each library; nothing comes in by luck."""
    import tomllib
    from importlib.metadata import packages_distributions

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    used = ("ocr", "evaluation", "gguf", "openai", "mcp")
    wanted = sum((extras[name] for name in used), project["dependencies"])
    declared = {canonical(re.split(r"[<>=\[ ]", requirement)[0]) for requirement in wanted}
    providers = packages_distributions()
    for library in {name for imports in IMPORTS.values() for name in imports.libraries}:
        if importlib.util.find_spec(library) is None:
            continue  # an extra that is not installed here
        provided = {canonical(name) for name in providers[library]}
        assert provided & declared, f"{library} is imported, but no dependency brings it"


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_package_is_installed() -> None:
    import tomllib

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = set(settings["tool"]["setuptools"]["packages"])
    folders = {p.parent for name in OWN for p in sources(ROOT / name) if p.parent != ROOT}
    assert packages == {".".join(folder.relative_to(ROOT).parts) for folder in folders}


def test_the_command_line_starts_without_a_slow_library() -> None:
    program = f"import sys, rag.cli; print([m for m in {SLOW!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_no_file_is_large() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False
    ).stdout.split(b"\0")
    if not any(listed):
        pytest.skip("not a git checkout")
    paths = [ROOT / name.decode("utf-8") for name in listed if name]
    weights = {ROOT / "rag/reading/packaged/reader.safetensors"}  # another test bounds them
    large = {p for p in paths if p.is_file() and p.stat().st_size > 2 << 20}
    assert large <= weights
