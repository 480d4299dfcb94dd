"""``python -m renkei.interfaces.cli``: the same as ``renkei``, for processes that renkei itself starts.

Layer: interfaces.
"""

from renkei.interfaces.cli import main

if __name__ == "__main__":
    main()
