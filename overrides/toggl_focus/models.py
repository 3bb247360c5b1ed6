"""What goes over the wire, as typed structures. Each is made from the description.

Answers hold None for what the service left out or sent as null. What is to be sent holds `UNSET`
for what is not given, and is not sent then.
"""

from _toggl_focus.models import *  # noqa: F403  (its `__all__` is the description's list)
