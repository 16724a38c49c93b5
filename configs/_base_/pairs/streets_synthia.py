# The rendered streets (docs/streets.md), source in the layout of SYNTHIA. A leaf names the method.
_base_ = "supervised/streets_synthia.py"
model = dict(type="DomainAdaptSegmentor")
train_cfg = dict(type="UDATrainLoop")
model_wrapper_cfg = dict(type="AdaptationDistributedDataParallel")
