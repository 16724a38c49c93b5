_base_ = "../_base_/pairs/streets.py"
# The control: target images pass through the network, whose norms track them, and their entropy
# weighs nothing.
model = dict(adaptation=[dict(type="MinEnt", loss_weight=1e-12)])
