"""The log of a node: an append-only record that is evidence. Entries, stores, and the tree over them."""
