_base_ = "../advent/deeplabv2_r18_camvid_day_to_dusk.py"
class_prior = dict(type="ClassPrior", prior="data/camvid/class_prior.json", loss_weight=0.1)
model = dict(adaptation=[*_base_.model.adaptation, class_prior])
