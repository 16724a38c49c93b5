_base_ = "../_base_/benchmarks/r101_synthia2cs.py"
