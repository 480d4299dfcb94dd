"""The verb *run*: a live headquarters. ``decide`` and ``evolve`` are pure; a node binds them to a log."""
