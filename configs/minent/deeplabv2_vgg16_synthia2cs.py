_base_ = ["../_base_/benchmarks/vgg16_synthia2cs.py", "../_base_/adaptations/minent.py"]
model = dict(type="DomainAdaptSegmentor", adaptation=_base_.adaptation)
train_cfg = dict(type="UDATrainLoop", target_dataloader=_base_.target_dataloader)
