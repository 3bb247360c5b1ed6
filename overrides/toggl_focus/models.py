"""The schemas of the API as typed classes, generated from the description.

In responses, a field is None if the service omitted it or sent null. In request bodies, a field
that you do not pass is `UNSET`, and is not sent.
"""

from _toggl_focus.models import *  # noqa: F403  (its `__all__` is the description's list)
