"""Models as data, opened by name: each folder here holds model.yaml, processes/*.bpmn and a README.

Layer: data only. ``renkei library`` lists the folders; ``load_arrangement("us-japan")`` opens one.
"""
