_base_ = "../_base_/pairs/vgg16_camvid_day_to_dusk.py"
model = dict(adaptation=[dict(type="MeanTeacher", loss_weight=1.0)])
