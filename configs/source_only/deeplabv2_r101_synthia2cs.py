_base_ = "../_base_/pairs/supervised/r101_synthia2cs.py"
