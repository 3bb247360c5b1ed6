"""The commands `toggl-focus conformance …`: grade an SDK through an adapter, or a server."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from .options import (
    ADVERTISE,
    EXISTING,
    FILES,
    KNOWN,
    LISTEN,
    PATTERNS,
    RECORD,
    REQUIREMENTS,
    SEED,
    SIDE,
    TARGET,
    TARGET_HELP,
    with_reports,
)

__all__ = ["conformance"]

_LANGUAGES = ("python", "node", "ruby", "go", "shell")  # the folders of skeletons/


class _Commands(click.Group):
    """Commands that Ctrl-C ends with 130, wherever it comes; click itself would end with 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            ctx.exit(130)


@click.group(cls=_Commands)
def conformance() -> None:
    """Grade an SDK in any language through an adapter, or a server at any URL.

    Exit codes: 0 all as expected, 1 a failure, 2 the adapter or the suite is at fault, 130 Ctrl-C.
    """


@conformance.command(epilog=TARGET_HELP)
@TARGET
@LISTEN
@ADVERTISE
def smoke(target: tuple[str, ...], listen: str, advertise: str | None) -> None:
    """Check an adapter before the SDK is graded."""
    from .grading import check_adapter  # noqa: PLC0415  (only what a command needs is loaded)

    check_adapter(target, listen, advertise)


@conformance.command(epilog=TARGET_HELP)
@TARGET
@PATTERNS
@REQUIREMENTS
@SEED
@click.option(
    "-j",
    "--workers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Number of adapters to run in parallel.",
)
@click.option(
    "--require",
    metavar="FEATURES",
    help="Fail if the adapter lacks one of these features, such as stream,paginate.",
)
@KNOWN
@RECORD
@click.option("--json", "json_file", type=FILES, help="Write the results to this file.")
@with_reports
@LISTEN
@ADVERTISE
def client(
    *,
    target: tuple[str, ...],
    only: tuple[str, ...],
    requirements: str | None,
    seed: int,
    workers: int,
    require: str | None,
    known_failures: Path | None,
    record_known_failures: Path | None,
    json_file: Path | None,
    junit: Path | None,
    html: Path | None,
    markdown: Path | None,
    badge: Path | None,
    listen: str,
    advertise: str | None,
) -> None:
    """Grade an SDK."""
    from .grading import Options, grade_sdk  # noqa: PLC0415  (as above)
    from .reporting import Reports  # noqa: PLC0415  (as above)

    grade_sdk(
        target,
        Options(
            only=only,
            requirements=requirements,
            seed=seed,
            workers=workers,
            require=tuple(each.strip() for each in (require or "").split(",") if each.strip()),
            known_failures=known_failures,
            record=record_known_failures,
            reports=Reports(json_file, junit, html, markdown, badge),
            listen=listen,
            advertise=advertise,
        ),
    )


@conformance.command()
@click.option("--account", type=FILES, help="The file that `serve --account FILE` writes.")
@click.option("--base-url", metavar="URL", help="The server, such as http://127.0.0.1:8123/api.")
@click.option("--api-key", envvar="TOGGL_FOCUS_API_KEY", help="Or set TOGGL_FOCUS_API_KEY.")
@click.option("--organization-id", type=int, envvar="TOGGL_FOCUS_ORGANIZATION_ID")
@click.option("--workspace-id", type=int, envvar="TOGGL_FOCUS_WORKSPACE_ID")
@click.option("--task-ids", metavar="A,B", help="Two tasks of the workspace.")
@click.option("--foreign-workspace-id", type=int, help="One that the key has no access to.")
@click.option(
    "--decided",
    type=click.Choice(["differ", "fail"]),
    default="differ",
    show_default=True,
    help="What it means to decide an undocumented point in another way.",
)
@click.option(
    "--profile",
    type=click.Choice(["all", "shapes"]),
    default="all",
    show_default=True,
    help="shapes: for a mock without state, judge only what holds for every response.",
)
@click.option(
    "--model-steps",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="After the cases, send N random calls and compare the results with a model.",
)
@click.option("--budget", type=click.IntRange(1), help="Requests to send at most, with cleanup.")
@click.option(
    "--allow-destructive", is_flag=True, help="Also run cases that may touch other blocks."
)
@click.option("-j", "--workers", type=click.IntRange(1), default=1, help="Cases at a time.")
@SEED
@PATTERNS
@REQUIREMENTS
@click.option("--live", is_flag=True, help="Allow the real service.")
@click.option("--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="Send it too.")
@click.option("--cacert", type=EXISTING, help="A certificate authority to trust.")
@click.option("--journal", type=FILES, help="Where to note what was created.")
@click.option(
    "--cleanup", type=EXISTING, metavar="JOURNAL", help="Only delete what is noted there."
)
@KNOWN
@RECORD
@click.option("--json", "json_file", type=FILES, help="Write the results to this file.")
@with_reports
@click.option("--observed", type=FILES, help="Write what was seen of each decision.")
def server(
    *,
    account: Path | None,
    base_url: str | None,
    api_key: str | None,
    organization_id: int | None,
    workspace_id: int | None,
    task_ids: str | None,
    foreign_workspace_id: int | None,
    decided: Literal["differ", "fail"],
    profile: Literal["all", "shapes"],
    model_steps: int,
    budget: int | None,
    allow_destructive: bool,
    workers: int,
    seed: int,
    only: tuple[str, ...],
    requirements: str | None,
    live: bool,
    headers: tuple[str, ...],
    cacert: Path | None,
    journal: Path | None,
    cleanup: Path | None,
    known_failures: Path | None,
    record_known_failures: Path | None,
    json_file: Path | None,
    junit: Path | None,
    html: Path | None,
    markdown: Path | None,
    badge: Path | None,
    observed: Path | None,
) -> None:
    """Grade a server at any URL.

    It creates blocks far in the future, judges only these, and deletes them again.
    """
    from toggl_focus_conformance.servers import Limits  # noqa: PLC0415  (as above)

    from .reporting import Reports  # noqa: PLC0415  (as above)
    from .servers import Flags, clean_up, grade  # noqa: PLC0415  (as above)

    flags = Flags(
        account,
        base_url,
        api_key,
        organization_id,
        workspace_id,
        task_ids,
        foreign_workspace_id,
        live,
        headers,
        cacert,
    )
    if cleanup is not None:
        clean_up(flags, cleanup)
    grade(
        flags,
        only,
        Limits(decided, budget, allow_destructive, workers, seed, shapes=profile == "shapes"),
        requirements=requirements,
        model_steps=model_steps,
        journal_path=journal,
        known_file=known_failures,
        record=record_known_failures,
        reports=Reports(json_file, junit, html, markdown, badge),
        observed_file=observed,
    )


@conformance.command("list")
@PATTERNS
@SIDE
@click.option("--requirements", is_flag=True, help="List the requirements instead.")
@click.option(
    "--coverage", is_flag=True, help="List what the cases for clients cover of each operation."
)
def list_(
    *,
    only: tuple[str, ...],
    side: Literal["client", "server"] | None,
    requirements: bool,
    coverage: bool,
) -> None:
    """List the cases, the requirements, or what the cases cover."""
    from .showing import list_cases, list_coverage, list_requirements  # noqa: PLC0415  (as above)

    if coverage and side == "server":
        raise click.UsageError("--coverage is that of the cases for clients, without --side server")
    if coverage:
        list_coverage(only)
    elif requirements:
        list_requirements(only, side)
    else:
        list_cases(only, side)


@conformance.command()
@click.argument("id_", metavar="ID")
@SIDE
def explain(id_: str, side: Literal["client", "server"] | None) -> None:
    """Explain a case or a requirement: what is called, responded and judged, and why."""
    from .showing import explain as show  # noqa: PLC0415  (as above)

    show(id_, side)


@conformance.command(epilog=TARGET_HELP)
@click.argument("id_", metavar="ID")
@click.argument("target", nargs=-1, type=click.UNPROCESSED)
@SEED
@click.option("--serve", is_flag=True, help="Play the server of the case until Ctrl-C instead.")
@click.option(
    "--account",
    type=EXISTING,
    help="Run a case for servers, with the file that `serve --account FILE` writes.",
)
@LISTEN
@ADVERTISE
def repro(
    *,
    id_: str,
    target: tuple[str, ...],
    seed: int,
    serve: bool,
    account: Path | None,
    listen: str,
    advertise: str | None,
) -> None:
    """Run one case and show the bytes in both directions, and a curl command."""
    from .repro import reproduce, reproduce_on_server, serve_case  # noqa: PLC0415  (as above)

    if bool(target) + serve + (account is not None) > 1:
        raise click.UsageError("an adapter, --serve and --account exclude each other")
    if serve:
        serve_case(id_, seed, listen, advertise)
    elif account is not None:
        reproduce_on_server(id_, account, seed)
    else:
        reproduce(id_, target, seed, listen, advertise)


@conformance.command("check-cases")
@click.argument("files", nargs=-1, type=FILES)
def check_cases(files: tuple[Path, ...]) -> None:
    """Check the cases in some files, or all of this suite, and the requirements."""
    from .showing import check_cases as check  # noqa: PLC0415  (as above)

    check(files)


@conformance.command("new-adapter")
@click.argument("language", type=click.Choice(_LANGUAGES))
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def new_adapter(language: str, folder: Path | None) -> None:
    """Write the skeleton of an adapter into FOLDER (default: adapter-LANGUAGE)."""
    from .new_adapter import write_adapter  # noqa: PLC0415  (as above)

    write_adapter(language, folder or Path(f"adapter-{language}"))


@conformance.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@with_reports
def report(
    files: tuple[Path, ...],
    junit: Path | None,
    html: Path | None,
    markdown: Path | None,
    badge: Path | None,
) -> None:
    """Make one report of several runs, from FILES that --json has written.

    They are results of SDKs and servers, and scores of `selfcheck`. Without an option, a summary is
    printed as Markdown.
    """
    from .reporting import Reports, report_files  # noqa: PLC0415  (as above)

    report_files(files, Reports(None, junit, html, markdown, badge))


@conformance.command()
@click.option(
    "--side",
    type=click.Choice(["client", "server", "both"]),
    default="both",
    show_default=True,
    help="Whether to try wrong clients, wrong servers, or both.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="PATTERN",
    help="Only defects and variants with this id; * stands for any text. May be repeated.",
)
@SEED
@click.option(
    "-j",
    "--workers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Switches at a time.",
)
@click.option("--json", "json_file", type=FILES, help="Write the score to this file.")
def selfcheck(
    side: Literal["client", "server", "both"],
    only: tuple[str, ...],
    seed: int,
    workers: int,
    json_file: Path | None,
) -> None:
    """Measure the suite: does it catch what is wrong, and nothing else?

    Each defect is a switch in a deliberately wrong client or server, and names the case that must
    catch it. Each variant is a correct client or server of another style, which no case may fail.
    """
    from .selfchecking import check_suite  # noqa: PLC0415  (as above)

    check_suite(("client", "server") if side == "both" else (side,), only, seed, workers, json_file)


@conformance.command()
@click.argument("file", type=FILES)
def export(file: Path) -> None:
    """Write description, cases, requirements and schemas to FILE, and a checksum next to it.

    For those who run the cases natively in another language. FILE.sha256 is for sha256sum --check.
    """
    from .exporting import export_to  # noqa: PLC0415  (as above)

    export_to(file)
