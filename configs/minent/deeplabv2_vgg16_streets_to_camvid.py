_base_ = "../_base_/pairs/vgg16_streets_to_camvid.py"
model = dict(adaptation=[dict(type="MinEnt", loss_weight=0.001)])
