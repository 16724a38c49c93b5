_base_ = "../_base_/pairs/supervised/vgg16_synthia2cs.py"
