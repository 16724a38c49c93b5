# The control: target images pass through the network, whose norms track them, and their entropy
# weighs nothing.
_base_ = "../minent.py"
adaptation = [dict(type="MinEnt", loss_weight=1e-12)]
