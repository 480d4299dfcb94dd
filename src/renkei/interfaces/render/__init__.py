"""How results look: tables for a terminal, plots, and one HTML file.

Layer: interfaces. Reads reports and never changes what they say.
"""
