"""The loops over two domains and over a stream of test images, and their loaders."""
