"""The net: one token game that check, simulate, run and review all play.

``tables.py`` says what a net is, ``compile.py`` makes one from a drawing, ``game.py`` plays it in plain
Python and ``kernels.py`` under numba. Importing this package imports neither numpy nor numba.
"""
