_base_ = "../_base_/pairs/supervised/vgg16_gta2cs.py"
