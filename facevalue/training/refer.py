"""Writing down what networks learnt from, as they see it inside: so it can be told later what they know nothing of."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from torch import nn

from facevalue.common.machine import MachineParams
from facevalue.model.features import features, layer_of
from facevalue.model.reference import Reference, some
from facevalue.model.transforms import Preprocessing
from facevalue.training.task import Task


def refer(network: nn.Module, preprocessing: Preprocessing, tasks: Sequence[Task], machine: MachineParams) -> None:
    """Write it beside the network of each training, where such a network shows its inside.

    Args:
        network: of the trainings, which differ in its classifier at the most; on the CPU.
        preprocessing: how a picture becomes its input.
        tasks: the trainings.
        machine: where it computes.
    """
    layer = layer_of(network.eval(), preprocessing.input_size)
    if layer is None:
        return
    chosen = [[table["path"].iloc[some(len(table))] for table in (task.train, task.val)] for task in tasks]
    pictures = pd.DataFrame({"path": pd.concat([paths for parts in chosen for paths in parts]).unique()})
    seen = features(network, preprocessing, layer, pictures, tasks[0].root, machine)
    rows = pd.Series(np.arange(len(pictures)), index=pictures["path"])
    for task, parts in zip(tasks, chosen, strict=True):
        learnt, watched = (seen[rows[paths].to_numpy()] for paths in parts)
        Reference.of(layer, learnt, watched).save(task.model_dir)
