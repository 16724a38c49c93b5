"""The initial weights of CycleGAN's networks."""

# The convolutions of generators and discriminators: N(0, 0.02^2), biases 0.
NORMAL_INIT = dict(type="Normal", layer=["Conv2d", "ConvTranspose2d"], mean=0.0, std=0.02, bias=0.0)
