_base_ = "../_base_/pairs/ssd300_foggy_streets.py"
model = dict(adaptation=[dict(type="MinEnt", loss_weight=0.1)])
