_base_ = ["../_base_/pairs/r18_streets_to_camvid.py", "../_base_/adaptations/adversarial.py"]
model = dict(adaptation=[dict(type="AdvEnt", loss_weight=0.001)])
optim_wrapper = _base_.adaptation_optim_wrapper
