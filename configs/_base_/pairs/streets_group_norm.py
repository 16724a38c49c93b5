# The rendered streets (docs/streets.md), GTA5's layout, no batch norms. A leaf names the method.
_base_ = "supervised/streets_group_norm.py"
model = dict(type="DomainAdaptSegmentor")
train_cfg = dict(type="UDATrainLoop")
model_wrapper_cfg = dict(type="AdaptationDistributedDataParallel")
