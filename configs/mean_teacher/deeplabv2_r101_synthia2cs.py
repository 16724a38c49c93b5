_base_ = "../_base_/pairs/r101_synthia2cs.py"
model = dict(adaptation=[dict(type="MeanTeacher")])
