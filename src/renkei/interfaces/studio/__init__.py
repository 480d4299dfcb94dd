"""The design studio: models open for editing, checked and simulated beside the running headquarters.

Layer: interfaces. Nothing here changes what the node does: that is left to the command that adopts a model.
"""
