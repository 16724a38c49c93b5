_base_ = "../_base_/benchmarks/vgg16_synthia2cs.py"
