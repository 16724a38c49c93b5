_base_ = ["../_base_/pairs/r18_camvid_day_to_dusk.py", "../_base_/adaptations/mean_teacher.py"]
model = dict(adaptation=[_base_.mean_teacher])
