_base_ = "../_base_/pairs/r18_streets_to_camvid.py"
class_prior = dict(
    type="ClassPrior", prior="data/streets_to_camvid/class_prior.json", loss_weight=0.1
)
model = dict(adaptation=[dict(type="MinEnt", loss_weight=0.01), class_prior])
