# Training on pseudo-labels (eq. 5-6). Use it as
# `model = dict(type='DomainAdaptSegmentor', adaptation=_base_.adaptation)` and name the folder that
# tools/make_pseudo_labels.py wrote, as configs/self_training/deeplabv2_r101_gta2cs.py does.
pseudo_label = dict(type="PseudoLabel", loss_weight=1.0)
adaptation = [pseudo_label]
model_wrapper_cfg = dict(type="AdaptationDistributedDataParallel")
