_base_ = "../_base_/benchmarks/vgg16_gta2cs.py"
