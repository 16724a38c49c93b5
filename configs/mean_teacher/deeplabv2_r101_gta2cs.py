_base_ = "../_base_/pairs/r101_gta2cs.py"
model = dict(adaptation=[dict(type="MeanTeacher")])
