_base_ = "../_base_/pairs/streets_group_norm.py"
class_prior = dict(type="ClassPrior", prior="data/streets/class_prior.json", loss_weight=0.5)
model = dict(adaptation=[dict(type="MinEnt", loss_weight=0.05), class_prior])
