_base_ = "../_base_/pairs/streets_synthia.py"
model = dict(adaptation=[dict(type="AdaBN")])
