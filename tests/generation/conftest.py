"""The generator, loaded once: importing it takes longer than running it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

CODEGEN = Path(__file__).resolve().parents[2] / "overrides" / "codegen"


@pytest.fixture(scope="session")
def script() -> Iterator[ModuleType]:
    """The module that is run by `nox -s generate`."""
    found = spec_from_file_location("codegen", CODEGEN / "__main__.py")
    assert found
    assert found.loader
    module = module_from_spec(found)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(CODEGEN)
        found.loader.exec_module(module)
        yield module
