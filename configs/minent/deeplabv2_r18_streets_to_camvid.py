_base_ = "../_base_/pairs/r18_streets_to_camvid.py"
model = dict(adaptation=[dict(type="MinEnt", loss_weight=0.001)])
