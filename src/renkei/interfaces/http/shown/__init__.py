"""The shapes of what the interface shows, for its document (OpenAPI) and for the clients made from it.

Layer: interfaces. Views send plain data; these classes say what is in them, field by field.
"""

from renkei.interfaces.http.shown.cases import CaseLine, CaseView, ForecastView, PastStep, TimelineEntry
from renkei.interfaces.http.shown.held import ItemOrHeld, ItemView
from renkei.interfaces.http.shown.inbox import InboxEntry, WaitingEntry
from renkei.interfaces.http.shown.model import ModelView
from renkei.interfaces.http.shown.node import BackupKept, NodeFigures, NodeIdentity
from renkei.interfaces.http.shown.party import BackedUp, BroughtIn, LinkView, PostView
from renkei.interfaces.http.shown.times import Deadline

__all__ = [
    "BackedUp",
    "BackupKept",
    "BroughtIn",
    "CaseLine",
    "CaseView",
    "Deadline",
    "ForecastView",
    "InboxEntry",
    "ItemOrHeld",
    "ItemView",
    "LinkView",
    "ModelView",
    "NodeFigures",
    "NodeIdentity",
    "PastStep",
    "PostView",
    "TimelineEntry",
    "WaitingEntry",
]
