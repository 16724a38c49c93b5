# The norms keep the source's statistics, so that what the method gains is its loss's: SSD itself
# has no norms.
_base_ = "ssd_r18_foggy_streets.py"
model = dict(backbone=dict(norm_eval=True))
