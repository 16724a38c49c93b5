_base_ = "../_base_/pairs/supervised/r101_gta2cs.py"
