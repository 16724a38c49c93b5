_base_ = "../_base_/pairs/ssd300_cs2foggy.py"
model = dict(adaptation=[dict(type="MinEnt", loss_weight=0.001)])
