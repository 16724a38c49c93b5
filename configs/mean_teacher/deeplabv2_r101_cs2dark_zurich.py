_base_ = ["../_base_/pairs/r101_cs2dark_zurich.py", "../_base_/adaptations/mean_teacher.py"]
model = dict(adaptation=[_base_.mean_teacher])
