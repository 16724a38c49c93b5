_base_ = ["../_base_/pairs/r101_synthia2cs.py", "../_base_/adaptations/mean_teacher.py"]
model = dict(adaptation=[_base_.mean_teacher])
