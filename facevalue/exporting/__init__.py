"""A method's trained networks as a folder to take along: ONNX, timm, a model card, and an example."""
