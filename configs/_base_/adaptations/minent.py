# MinEnt (eq. 2-4). Use it as
# `model = dict(type='DomainAdaptSegmentor', adaptation=_base_.adaptation)`.
adaptation = [dict(type="MinEnt", loss_weight=0.001)]
model_wrapper_cfg = dict(type="AdaptationDistributedDataParallel")
