# A mean teacher's labels on class-mixed images, with the numbers of DACS. A leaf names this file
# among its bases and has `model = dict(adaptation=[_base_.mean_teacher])`.
mean_teacher = dict(
    type="MeanTeacher",
    loss_weight=1.0,
    momentum=0.99,
    threshold=0.968,
    color_jitter=0.25,
    blur=0.5,
)
