_base_ = "../_base_/pairs/streets_synthia.py"
# For 100 iterations of a small network the paper's weight is too small: docs/results.md.
model = dict(adaptation=[dict(type="MinEnt", loss_weight=0.05, top_ratio=0.3)])
