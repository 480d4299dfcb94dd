"""A node over HTTP: the interface for people's clients and, on a port of its own, for the partner's node."""
