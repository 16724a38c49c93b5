_base_ = "../_base_/pairs/foggy_streets.py"
model = dict(adaptation=[dict(type="AdaBN")])
