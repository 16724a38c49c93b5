_base_ = "../_base_/pairs/supervised/r101_cs2acdc.py"
