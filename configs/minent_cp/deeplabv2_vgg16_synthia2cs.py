_base_ = ["../minent/deeplabv2_vgg16_synthia2cs.py", "../_base_/adaptations/class_prior.py"]
class_prior = dict(_base_.class_prior, prior="data/class_prior_synthia.json")
model = dict(adaptation=[*_base_.model.adaptation, class_prior])
