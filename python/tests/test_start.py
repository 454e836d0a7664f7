"""What a process says that cannot become a worker."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path
from typing import Any

import pytest

from dspex_worker import start

_SOURCE = Path(start.__file__).parent


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py"])
def test_what_an_old_python_reads_has_words_that_it_knows(name: str) -> None:
    text = (_SOURCE / name).read_bytes().decode("ascii")
    tree = ast.parse(text)
    for node in ast.walk(tree):
        assert not isinstance(node, (ast.JoinedStr, ast.AnnAssign, ast.FunctionDef, ast.AsyncFunctionDef))
        assert not (isinstance(node, ast.ImportFrom) and node.module == "__future__")


def test_all_packages_are_there() -> None:
    start.check_packages()


@pytest.mark.parametrize(
    ("absent", "words"),
    [
        ({"orjson"}, "orjson is not installed for"),
        ({"grpc", "orjson"}, "grpcio, orjson are not installed for"),
    ],
)
def test_a_missing_package_is_named_with_the_remedy(
    absent: set[str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec

    def find_some(name: str) -> Any:
        return None if name in absent else find(name)

    monkeypatch.setattr(importlib.util, "find_spec", find_some)
    with pytest.raises(SystemExit, match=rf"{words}.*`dspex python setup`"):
        start.check_packages()


def test_a_package_without_its_parent_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_none(name: str) -> Any:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib.util, "find_spec", find_none)
    with pytest.raises(SystemExit, match="grpcio, protobuf, orjson are not installed"):
        start.check_packages()
