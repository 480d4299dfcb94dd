"""The client of a live headquarters: what ``renkei hq`` says to a node, and how it understands the answer.

Layer: interfaces. Nothing here prints; the commands are in ``cli/hq.py``, the tables in ``render``.
"""
