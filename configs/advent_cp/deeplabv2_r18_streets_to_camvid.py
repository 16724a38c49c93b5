_base_ = "../advent/deeplabv2_r18_streets_to_camvid.py"
class_prior = dict(
    type="ClassPrior", prior="data/streets_to_camvid/class_prior.json", loss_weight=0.1
)
model = dict(adaptation=[*_base_.model.adaptation, class_prior])
