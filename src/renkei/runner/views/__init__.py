"""What a node shows of its state: pure functions that give plain data, with ids and names in both languages.

Layer: runner. They read and never decide; what they show as possible is asked of the functions that decide.
"""

from renkei.runner.views.casework import case, cases
from renkei.runner.views.catalogue import model
from renkei.runner.views.inbox import held, inbox, waiting_for
from renkei.runner.views.people import posts, posts_held
from renkei.runner.views.reading import Desk, look
from renkei.runner.views.times import deadlines
from renkei.runner.views.trail import links, timeline
from renkei.runner.views.writing import item, items

__all__ = [
    "Desk",
    "case",
    "cases",
    "deadlines",
    "held",
    "inbox",
    "item",
    "items",
    "links",
    "look",
    "model",
    "posts",
    "posts_held",
    "timeline",
    "waiting_for",
]
