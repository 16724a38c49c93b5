# For 100 iterations of a small network the paper's weights are too small: docs/results.md.
_base_ = "../minent.py"
adaptation = [dict(type="MinEnt", loss_weight=0.05)]
