"""The soak test loses nothing of the reference server, and notices a server that loses something."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from random import Random

from tests.support import soak
from toggl_focus_conformance.cli.ready import account_file
from toggl_focus_conformance.selfcheck.server.defects import DEFECTS
from toggl_focus_conformance.selfcheck.server.wrong_server import WrongServer
from toggl_focus_conformance.servers import read_account


def test_many_writers_and_kill_9_lose_nothing(tmp_path: Path) -> None:
    with soak.served(tmp_path / "soak.db") as (process, account):
        found, samples = asyncio.run(soak.sampled(soak.writers(account, 10, 0.3), process.pid))
    killed = asyncio.run(soak.kills(tmp_path / "kills.db", 1, Random(1)))  # noqa: S311  (for random times)

    assert (found.wrong, killed.wrong) == ([], [])
    assert len(found.ids) >= 5
    assert len(killed.ids) >= 1
    assert len(samples) >= 1


def test_a_lost_update_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    with WrongServer(DEFECTS.changes["lost-update"]) as server:
        file.write_bytes(account_file(server.reference))

        found = asyncio.run(soak.writers(read_account(file), 10, 0.3))

    wrong = re.compile(r"block \d+: (duration|start) .* became .*")
    assert any(wrong.fullmatch(line) for line in found.wrong)


def test_an_id_that_is_given_twice_is_noticed() -> None:
    found = soak.Found()

    for id_ in (1, 2, 1):
        found.created(id_)

    assert found.wrong == ["the id 1 was given twice"]
