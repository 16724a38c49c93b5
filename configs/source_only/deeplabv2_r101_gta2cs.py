_base_ = "../_base_/benchmarks/r101_gta2cs.py"
