"""What a partner may make this node hold or compute, at most; and the words in which trouble is told.

Layer: link. A partner is trusted with nothing: every count and size that it sends is checked against these
before memory is taken for it.
"""

from __future__ import annotations

from renkei.errors import InputError

MAX_COUNT = 4096
"""Entries of one batch."""
MAX_ENTRY = 512 * 1024
"""Bytes of one entry."""
MAX_PLAIN = 4 * 1024 * 1024
"""Bytes of a batch, unpacked."""
MAX_BATCH = MAX_PLAIN + 128 * 1024
"""Bytes of a batch as it crosses; what cannot be packed grows a little, and salts come on top."""
MAX_NUMBER = 2**53
"""Largest number of an entry; every JSON reader holds it exactly."""
MIN_BUDGET, MAX_BUDGET = 512, 1024 * 1024
"""Bytes that a partner may ask for at once."""


class LinkError(InputError):
    """What came over the link, or is to go over it, cannot be used; nothing was taken from it."""


def link_error(code: str, message: str, hint: str = "", file: str = "") -> LinkError:
    """Return an error with one problem."""
    found = LinkError.from_problem(code, message, hint, file)
    assert isinstance(found, LinkError)
    return found


def unusable_bundle(why: str, file: str = "") -> LinkError:
    """Return the error about a file that is no bundle which can be read."""
    hint = "It was cut off or damaged when it was copied, or is another kind of file; copy it again."
    return link_error("RK645", f"this is no bundle that can be read: {why}", hint, file)
