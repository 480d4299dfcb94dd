"""The model language: what stands in ``model.yaml``, read, validated, patched and held against its rules.

Layer: model (pure data, no numpy).
"""
