_base_ = "../_base_/pairs/supervised/r101_cs2dark_zurich.py"
