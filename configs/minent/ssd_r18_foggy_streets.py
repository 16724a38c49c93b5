# The weight: docs/detection.md.
_base_ = "../_base_/pairs/foggy_streets.py"
model = dict(adaptation=[dict(type="MinEnt", loss_weight=0.1)])
