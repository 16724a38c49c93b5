# The rendered streets (docs/streets.md), clear to foggy. A leaf names the method.
_base_ = "supervised/foggy_streets.py"
model = dict(type="DomainAdaptDetector")
train_cfg = dict(type="UDATrainLoop")
model_wrapper_cfg = dict(type="AdaptationDistributedDataParallel")
