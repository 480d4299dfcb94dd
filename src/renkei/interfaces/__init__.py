"""What people touch: the command line, its words in English and Japanese, tables, plots, reports.

Layer: the top one, and the only one that prints or parses arguments.
"""
