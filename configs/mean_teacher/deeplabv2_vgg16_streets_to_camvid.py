_base_ = "../_base_/pairs/vgg16_streets_to_camvid.py"
model = dict(adaptation=[dict(type="MeanTeacher", loss_weight=1.0)])
