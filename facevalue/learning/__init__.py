"""Networks that tell fake from real: pictures to tensors, training, saved models, predictions.

Nothing is imported here: `training` needs Lightning, `predicting` only torch and timm.
"""
