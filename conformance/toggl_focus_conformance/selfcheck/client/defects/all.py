"""Where the modules of this folder put their switches."""

from toggl_focus_conformance.selfcheck.client.switches import Switches

__all__ = ["DEFECTS"]

DEFECTS = Switches()
