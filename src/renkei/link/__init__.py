"""The bridge between two nodes: what was released, pulled by number, verified, and co-signed.

Layer: link. Everything here is pure, or reads a log: no socket, no clock, no file. What speaks HTTP is in
``renkei.interfaces.http.link_server`` and ``link_client``; what makes rows of verdicts is the node.
"""
