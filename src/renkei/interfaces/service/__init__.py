"""A running node as a service.

Layer: interfaces. Its settings, its folder, the process that serves it, and what watches over several.
"""
