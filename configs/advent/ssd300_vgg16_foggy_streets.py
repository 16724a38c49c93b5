# All levels weigh alike.
_base_ = ["../_base_/pairs/ssd300_foggy_streets.py", "../_base_/adaptations/adversarial.py"]
model = dict(level_weights=[1 / 6] * 6, adaptation=[dict(type="AdvEnt", loss_weight=0.01)])
optim_wrapper = _base_.adaptation_optim_wrapper
