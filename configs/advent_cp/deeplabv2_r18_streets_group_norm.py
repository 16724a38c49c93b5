_base_ = "../advent/deeplabv2_r18_streets_group_norm.py"
class_prior = dict(type="ClassPrior", prior="data/streets/class_prior.json", loss_weight=0.5)
model = dict(adaptation=[*_base_.model.adaptation, class_prior])
