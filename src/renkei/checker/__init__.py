"""Check: can an arrangement get stuck, or act without a party's own consent?

Layer: one of the verbs; imports the net and what is below it, and no other verb.
"""

from renkei.checker.check import check
from renkei.checker.report import PROPERTIES, CheckReport, PropertyResult

__all__ = ["PROPERTIES", "CheckReport", "PropertyResult", "check"]
