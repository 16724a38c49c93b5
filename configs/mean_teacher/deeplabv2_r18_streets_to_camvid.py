_base_ = ["../_base_/pairs/r18_streets_to_camvid.py", "../_base_/adaptations/mean_teacher.py"]
model = dict(adaptation=[_base_.mean_teacher])
