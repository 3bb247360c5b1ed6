"""Random values and calls: Hypothesis draws them, and laws judge the results.

`strategies` draws JSON for the schemas. `run_model` drives a server with calls: `machine` picks
them, `memory` knows the correct results, and `over_http`, `in_process` and `over_adapter` carry
them.
"""

from .calls import Call, NoReply, Reply, Send
from .in_process import InProcess
from .over_adapter import OverAdapter
from .over_http import OverHttp
from .run import Failure, ModelRun, run_model
from .session import Enough, Home, LawBroken

__all__ = [
    "Call",
    "Enough",
    "Failure",
    "Home",
    "InProcess",
    "LawBroken",
    "ModelRun",
    "NoReply",
    "OverAdapter",
    "OverHttp",
    "Reply",
    "Send",
    "run_model",
]
