_base_ = "../_base_/pairs/supervised/ssd300_cs2foggy.py"
