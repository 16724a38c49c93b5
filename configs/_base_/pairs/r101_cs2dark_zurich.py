# Cityscapes -> Dark Zurich, DeepLab-V2 on ResNet-101. A leaf names the method.
_base_ = "supervised/r101_cs2dark_zurich.py"
model = dict(type="DomainAdaptSegmentor")
train_cfg = dict(type="UDATrainLoop")
model_wrapper_cfg = dict(type="AdaptationDistributedDataParallel")
