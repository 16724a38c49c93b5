_base_ = "../_base_/pairs/r18_camvid_day_to_dusk.py"
model = dict(adaptation=[dict(type="MinEnt", loss_weight=0.001)])
