_base_ = "../_base_/pairs/r101_cs2dark_zurich.py"
model = dict(adaptation=[dict(type="MinEnt", loss_weight=0.001)])
