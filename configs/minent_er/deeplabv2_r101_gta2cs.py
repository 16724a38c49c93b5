_base_ = "../_base_/pairs/r101_gta2cs.py"
model = dict(adaptation=[dict(type="MinEnt", loss_weight=0.001, top_ratio=0.3)])
