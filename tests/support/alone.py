"""Run where the wheel alone is installed: what it needs, and what it says about the extra."""

import re
import subprocess
import sys
from importlib.metadata import distributions, requires

NEEDED = {"httpx", "msgspec"}
THEIRS = {"anyio", "certifi", "h11", "httpcore", "idna", "sniffio", "typing-extensions"}
TOOLS = {"build", "packaging", "pip", "pyproject-hooks", "setuptools", "wheel"}


def main() -> None:
    """Fail with a sentence where something is not as it should be."""
    wanted = {
        re.split(r"[<>=!~ ;\[]", each)[0]
        for each in requires("toggl-focus") or ()
        if "extra" not in each
    }
    assert wanted == NEEDED, f"the wheel needs {wanted}"
    there = {each.metadata["Name"].lower().replace("_", "-") for each in distributions()}
    assert there <= NEEDED | THEIRS | TOOLS | {"toggl-focus"}, f"installed with it: {there}"

    import toggl_focus  # noqa: PLC0415  (what is tested)

    with toggl_focus.TogglFocus(api_key="toggl_sk_" + "5" * 32) as client:
        assert "toggl_sk" not in repr(client)

    run = _run("serve")
    assert run.returncode != 0
    assert "pip install 'toggl-focus[server]'" in run.stderr, run.stderr
    for word in ("--help", "--version"):
        run = _run(word)
        assert run.returncode == 0, run.stderr
    assert toggl_focus.__version__ in run.stdout
    print("The wheel alone imports, needs httpx and msgspec, and says what `serve` needs.")


def _run(word: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "toggl_focus_conformance", word]
    return subprocess.run(command, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    main()
