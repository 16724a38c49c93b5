_base_ = ["../_base_/pairs/streets_group_norm.py", "../_base_/adaptations/mean_teacher.py"]
model = dict(adaptation=[_base_.mean_teacher])
