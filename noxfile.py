"""All that is done with this project: `nox --list` shows it, `nox -s tests` does all of it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import nox
from packaging.requirements import Requirement

nox.needs_version = ">=2026.10.20"
nox.options.sessions = ["demo"]
nox.options.reuse_venv = "yes"
if "tests" in sys.argv:
    # Two sessions at a time, of those that allow it: installing mostly waits for the network.
    nox.options.parallel = 2
nox.options.default_venv_backend = "virtualenv"

ROOT = Path(__file__).parent
DIST = ROOT / "dist"
# pip compiles every module of every package; Python compiles those that are imported, and once.
os.environ["PIP_NO_COMPILE"] = "1"
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
PYPROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
# pyenv's commands run only the versions that are selected: select all that are there.
if pyenv := os.environ.get("PYENV_ROOT"):
    installed = sorted(path.name for path in Path(pyenv, "versions").glob("3.1[1-9].*"))
    os.environ["PYENV_VERSION"] = ":".join([platform.python_version(), *installed])


def runs(version: str) -> bool:
    """Whether this Python is there."""
    try:
        command = [f"python{version}", "-c", "import venv"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603  (fixed words)
    except OSError:
        return False


# What another Python and the oldest packages run. The other tests depend on neither, and run once;
# .github/workflows/tests.yml runs everything on each Python.
QUICK = ["--hypothesis-profile=quick", "--ignore=tests/client/test_mocks.py"]
SMOKE = [
    "conformance/tests/test_operations.py",
    "tests/client/test_streams.py",
    "tests/server/test_cli.py",
    "tests/suite/test_demo.py",
]
GRADES = "tests/suite/test_grading.py::test_our_client_passes_every_case"
GRADING = [
    "tests/suite/test_grading.py",
    *(f"--deselect={GRADES}[{each}]" for each in ("async", "aiohttp")),
]
SOCKETS = ("bodies", "clocks", "interruptions", "reaching", "secrets", "sharing", "values")
MESSAGES = ("bulk", "clients", "items", "paging", "requests", "responses", "retries", "tracing")
OTHER_PYTHON = [*QUICK, *SMOKE, *GRADING, *(f"tests/client/test_{each}.py" for each in SOCKETS)]
OLD_PACKAGES = [
    *OTHER_PYTHON,
    "conformance/tests/test_roundtrips.py",
    *(f"tests/client/test_{each}.py" for each in MESSAGES),
    *(f"tests/server/test_{each}.py" for each in ("plugin", "requests", "stream")),
    "tests/suite/test_command.py",
]
PYTHONS = sorted(
    {HERE, *filter(runs, ["3.11", "3.12", "3.13", "3.14"])}, key=lambda name: int(name[2:])
)


def install(session: nox.Session, *groups: str, project: str = ".[conformance]") -> None:
    """Install the project and what some groups of pyproject.toml name."""
    wanted = nox.project.dependency_groups(PYPROJECT, *groups)
    session.install(project, *wanted, silent=True)


def lower_bounds() -> list[str]:
    """The oldest version of each dependency that a user may have, as in `httpx==0.27`."""
    project = PYPROJECT["project"]
    extras = project["optional-dependencies"].values()
    wanted = [Requirement(line) for lines in (project["dependencies"], *extras) for line in lines]
    return [
        f"{each.name}=={bound.version}"
        for each in wanted
        for bound in each.specifier
        if bound.operator == ">="
    ]


@nox.session(python=False)
def dev(session: nox.Session) -> None:
    """Install all that developing needs into the environment of nox, and the pre-commit hooks."""
    wanted = nox.project.dependency_groups(PYPROJECT, "dev")
    project = "--editable=.[aiohttp,conformance,opentelemetry]"
    session.run(sys.executable, "-m", "pip", "install", project, *wanted, silent=True)
    session.run(sys.executable, "-m", "pre_commit", "install")


@nox.session(python=HERE)
def demo(session: nox.Session) -> None:
    """Run the client through all 14 operations against the embedded server, and show it."""
    install(session, "generate")
    session.run("python", "overrides/codegen", "--check", silent=True)
    session.run("toggl-focus", "demo", *session.posargs)


@nox.session(python=PYTHONS, allow_parallel=True)
def suite(session: nox.Session) -> None:
    """Run the tests against the installed wheel."""
    everything = session.python == HERE
    more = ["browser", "generate", "mocks", "spec", "types"] if everything else []
    install(session, "test", *more)
    session.run("pytest", *([] if everything else OTHER_PYTHON), *session.posargs)


@nox.session(python=HERE)
def coverage(session: nox.Session) -> None:
    """Run all tests, and count the lines and branches that they reach: 95 % is the least."""
    groups = ("browser", "coverage", "generate", "mocks", "spec", "test", "types")
    install(session, *groups, project="--editable=.[conformance]")
    session.run("coverage", "erase")
    # What measures time or imports sees the measuring of coverage too.
    costs = [
        "--ignore=tests/server/test_cost.py",
        "--deselect=tests/server/test_plugin.py::test_importing_the_plugin_costs_nothing",
    ]
    session.run("coverage", "run", "-m", "pytest", *costs, *session.posargs)
    session.run("coverage", "run", "-m", "spec.check")
    session.run("coverage", "run", "overrides/codegen", "--check")
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")


@nox.session(python=HERE, allow_parallel=True)
def oldest(session: nox.Session) -> None:
    """Run the tests with the oldest dependencies that pyproject.toml allows."""
    # At once, so that what the tests need gives way: opentelemetry-sdk follows its -api.
    groups = nox.project.dependency_groups(PYPROJECT, "test")
    session.install(".[conformance]", *groups, *lower_bounds(), silent=True)
    session.run("pytest", *OLD_PACKAGES, *session.posargs)


@contextmanager
def packages(session: nox.Session) -> Generator[tuple[Path, Path], None, None]:
    """The wheel and the source package, built from here."""
    session.install("build", silent=True)
    with tempfile.TemporaryDirectory() as folder:
        session.run("python", "-m", "build", f"--outdir={folder}", silent=True)
        (wheel,), (source,) = Path(folder).glob("*.whl"), Path(folder).glob("*.tar.gz")
        yield wheel, source


@nox.session(python=HERE, reuse_venv=False, allow_parallel=True)
def build(session: nox.Session) -> None:
    """Build the wheel and the source package, and test both away from the sources."""
    with packages(session) as (wheel, source), tempfile.TemporaryDirectory() as elsewhere:
        session.install(str(wheel), silent=True)
        session.run("python", "tests/support/alone.py")

        session.install(f"{wheel}[server]", "pytest", silent=True)
        session.run("python", "tests/support/server_alone.py")

        install(session, "test", project=f"toggl-focus[conformance] @ {source.as_uri()}")
        for tests in ("tests", "conformance/tests"):
            shutil.copytree(ROOT / tests, Path(elsewhere, tests))
        session.chdir(elsewhere)
        session.run("pytest", f"--config-file={ROOT / 'pyproject.toml'}", "--rootdir=.", *SMOKE)


@nox.session(python=HERE)
def compatibility(session: nox.Session) -> None:
    """Compare the public API with that of the last tag; what breaks programs is an error."""
    install(session, "compatibility", project=".[server]")
    session.run("python", "-m", "tests.support.compatibility")


@nox.session(python=HERE)
def release(session: nox.Session) -> None:
    """Check a release, and build it into dist/; `-- --check` checks it before its date and tag."""
    with packages(session) as (wheel, source):
        session.install(*nox.project.dependency_groups(PYPROJECT, "release"), silent=True)
        session.run("twine", "check", "--strict", str(wheel), str(source))
        session.run("check-wheel-contents", str(wheel))
        session.install(str(wheel), silent=True)
        session.run("python", "-m", "tests.support.release", str(wheel), *session.posargs)
        if not session.posargs:
            DIST.mkdir(exist_ok=True)
            for package in (wheel, source):
                shutil.copy(package, DIST)


@nox.session(python=HERE, allow_parallel=True)
def lint(session: nox.Session) -> None:
    """Check style and format; `-- --fix` corrects what it can."""
    session.install(*nox.project.dependency_groups(PYPROJECT, "lint"), silent=True)
    fix = "--fix" in session.posargs
    session.run("ruff", "check", *(["--fix"] if fix else []))
    session.run("ruff", "format", *([] if fix else ["--check"]))


@nox.session(python=HERE, allow_parallel=True)
def types(session: nox.Session) -> None:
    """Check the types with mypy and pyright, and that the public face has no hole."""
    install(session, "browser", "generate", "mocks", "spec", "test", "types")
    session.run("mypy")
    session.run("mypy", "-p", "spec.check", "-p", "docs.site")
    session.run("pyright", "--project=pyproject.toml")
    session.run("pyright", "--ignoreexternal", "--verifytypes", "toggl_focus")


def install_redocly(session: nox.Session) -> None:
    """Install it from the lock file, so that it is the same everywhere."""
    npm_options = ("--ignore-scripts", "--no-audit", "--no-fund")
    session.run("npm", "ci", "--prefix", "spec/lint", *npm_options, silent=True)


@nox.session(python=HERE, allow_parallel=True)
def docs(session: nox.Session) -> None:
    """Write the documentation site to build/site; a warning is an error."""
    install(session, "docs", project=".[conformance,opentelemetry]")
    pages = session.create_tmp()
    session.run("python", "-m", "docs.site", pages)
    strict = ("--fail-on-warning", "--fresh-env", "--jobs=auto", "--quiet")
    session.run("sphinx-build", *strict, pages, "build/site")


@nox.session(python=HERE, allow_parallel=True)
def spec(session: nox.Session) -> None:
    """Check the description: valid, complete, graded, and true to the vendor's page."""
    session.install(*nox.project.dependency_groups(PYPROJECT, "spec"), silent=True)
    session.run("python", "-m", "spec.check")
    session.run("yamllint", "--strict", "-c", "spec/lint/yamllint.yaml", "spec")
    install_redocly(session)
    session.run(
        "node",
        "spec/lint/node_modules/@redocly/cli/bin/cli.js",
        "lint",
        "--config=spec/lint/redocly.yaml",
        "--format=stylish",
        "spec/openapi.yaml",
        env={"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"},
    )


@nox.session(python=HERE)
def compare(session: nox.Session) -> None:
    """Name what breaks between two descriptions: `-- OLD [NEW]`, files or git revisions."""
    session.install(*nox.project.dependency_groups(PYPROJECT, "generate", "spec"), silent=True)
    install_redocly(session)
    session.run("python", "-m", "spec.check.compare", *session.posargs)


@nox.session(python=False)
def decide(session: nox.Session) -> None:
    """Compare what a server was seen to do with the decisions: `-- observed.json`."""
    session.run("python", "-m", "spec.check.decide", *session.posargs)


@nox.session(python=HERE, allow_parallel=True)
def generators(session: nox.Session) -> None:
    """Generate clients with four other generators, and call all operations with each."""
    install(session, "generators")
    session.run("python", "-m", "tests.generation.generated_clients")


@nox.session(python=HERE)
def matrix(session: nox.Session) -> None:
    """Build and grade every adapter; `-- --record` renews their known failures."""
    install(session, "generators", "matrix")
    session.run("python", "conformance/adapters/matrix.py", *session.posargs)


@nox.session(python=HERE)
def mocks(session: nox.Session) -> None:
    """Grade mock servers that others wrote; `-- --record` renews their known failures."""
    install(session)
    packages = f"--packages={session.create_tmp()}"
    session.run("python", "conformance/mocks/grade.py", packages, *session.posargs)


@nox.session(python=HERE)
def selfcheck(session: nox.Session) -> None:
    """Measure the suite: does it catch every defect, and nothing else? The score is in build/."""
    install(session)
    score = ROOT / "build" / "conformance" / "selfcheck.json"
    score.parent.mkdir(parents=True, exist_ok=True)
    words = session.posargs or ["-j2", f"--json={score}"]
    session.run("toggl-focus", "conformance", "selfcheck", *words)


@nox.session(python=HERE)
def generate(session: nox.Session) -> None:
    """Write generated/ from the description; `-- --check` fails where it is not current."""
    session.install(*nox.project.dependency_groups(PYPROJECT, "generate", "spec"), silent=True)
    session.run("python", "-m", "spec.check")
    session.run("python", "overrides/codegen", *session.posargs)


@nox.session(python=HERE, allow_parallel=True)
def generated(session: nox.Session) -> None:
    """Check that generated/ is what the description gives."""
    session.install(*nox.project.dependency_groups(PYPROJECT, "generate"), silent=True)
    session.run("python", "overrides/codegen", "--check")


# Versions between this one and the newest have nothing that neither of these has.
SUITES = [f"suite-{version}" for version in sorted({HERE, PYTHONS[-1]})]


# The longest first, as two run at a time.
@nox.session(
    python=False,
    requires=[
        *SUITES,
        "types",
        "oldest",
        "generators",
        "build",
        "docs",
        "generated",
        "spec",
        "lint",
    ],
)
def tests(session: nox.Session) -> None:
    """Run all tests: lint, types, description, docs, generation, suite on two Pythons, build."""


@nox.session(python=HERE)
def pages(session: nox.Session) -> None:
    """Write the docs pages that programs write; `-- --check` only names what is not current."""
    install(session, "test")
    session.run("python", "-m", "tests.support.pages", *session.posargs)


@nox.session(python=HERE)
def fuzz(session: nox.Session) -> None:
    """Run schemathesis against the reference server; what it finds must be explained."""
    install(session, "fuzz")
    session.run("python", "-m", "tests.fuzz")


@nox.session(python=HERE)
def freeze(session: nox.Session) -> None:
    """Freeze the current set of cases; `-- --again` before a release has it."""
    install(session, project="--editable=.[conformance]")
    session.run("python", "-m", "tests.support.freeze", *session.posargs)


@nox.session(python=HERE)
def soak(session: nox.Session) -> None:
    """Let 50 clients write at once for a minute, and kill -9 the server 20 times."""
    install(session)
    session.run("python", "-m", "tests.support.soak", *session.posargs)


@nox.session(python=HERE)
def bench(session: nox.Session) -> None:
    """Measure speed and memory against the limits and against other generators' clients."""
    install(session, "bench")
    peers = f"--peers={session.create_tmp()}"
    session.run("python", "-m", "benchmarks", peers, *session.posargs)


@nox.session(python=HERE)
def serve(session: nox.Session) -> None:
    """Run the reference server; its options come behind `--`."""
    install(session)
    session.run("toggl-focus", "serve", *session.posargs)
