# The weight: docs/results.md.
_base_ = "../_base_/pairs/streets_group_norm.py"
model = dict(adaptation=[dict(type="MinEnt", loss_weight=0.01)])
