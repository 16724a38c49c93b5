_base_ = "../_base_/pairs/r18_camvid_day_to_dusk.py"
class_prior = dict(type="ClassPrior", prior="data/camvid/class_prior.json", loss_weight=0.1)
model = dict(adaptation=[dict(type="MinEnt", loss_weight=0.01), class_prior])
