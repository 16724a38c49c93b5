_base_ = "../_base_/pairs/streets.py"
model = dict(adaptation=[dict(type="AdaBN")])
