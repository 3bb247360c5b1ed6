"""Where the modules of this folder put their switches."""

from toggl_focus_conformance.selfcheck.server.switches import Switches

__all__ = ["VARIANTS"]

VARIANTS = Switches()
