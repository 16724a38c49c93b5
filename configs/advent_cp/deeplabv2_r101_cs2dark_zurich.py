_base_ = ["../advent/deeplabv2_r101_cs2dark_zurich.py", "../_base_/adaptations/class_prior.py"]
class_prior = dict(_base_.class_prior, prior="data/class_prior_cityscapes.json")
model = dict(adaptation=[*_base_.model.adaptation, class_prior])
