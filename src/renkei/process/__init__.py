"""Processes as drawn: BPMN and PNML in, graphs out, and the arrangement that binds a model to them."""
