"""Several networks on the same pictures: what they share is computed once."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from facevalue.model.features import inside


class Together(nn.Module):
    """From a batch of inputs to the logits of r networks, (n, r).

    Networks that differ in their classifiers alone, as those of `train.tune: head` do, see each picture once.
    """

    def __init__(self, networks: Sequence[nn.Module]) -> None:
        super().__init__()
        self.networks = nn.ModuleList(networks)
        self._shared: list[list[int]] = []  # the columns of those that are alike
        for column, network in enumerate(networks):
            alike = next((each for each in self._shared if _alike(networks[each[0]], network)), None)
            if alike is None:
                self._shared.append([column])
            else:
                alike.append(column)

    def forward(self, inputs: Tensor) -> Tensor:
        """A column per network."""
        logits: dict[int, Tensor] = {}
        for columns in self._shared:
            first = self.networks[columns[0]]
            if len(columns) == 1:
                logits[columns[0]] = first(inputs)
                continue
            seen = first.forward_head(first.forward_features(inputs), pre_logits=True)  # type: ignore[operator]
            logits |= {column: self.networks[column].get_classifier()(seen) for column in columns}  # type: ignore[operator]
        return torch.cat([logits[column] for column in range(len(self.networks))], dim=1)

    def look(self, inputs: Tensor, layer: int) -> tuple[Tensor, list[Tensor]]:
        """The same, and what each network has inside on the way, at a layer that all have (`features.inside`)."""
        logits: dict[int, Tensor] = {}
        seen: dict[int, Tensor] = {}
        for columns in self._shared:
            final, features = inside(self.networks[columns[0]], inputs, layer)
            logits |= {column: self.networks[column].forward_head(final) for column in columns}  # type: ignore[operator]
            seen |= dict.fromkeys(columns, features)
        order = range(len(self.networks))
        return torch.cat([logits[column] for column in order], dim=1), [seen[column] for column in order]


def _alike(one: nn.Module, other: nn.Module) -> bool:
    """Whether two networks of timm make the same of a picture up to their last layer, which is linear."""
    classifiers = [network.get_classifier() for network in (one, other)]  # type: ignore[operator]
    if not all(isinstance(each, nn.Linear) for each in classifiers) or str(one) != str(other):
        return False
    below, others = (_below(network, last) for network, last in zip((one, other), classifiers, strict=True))
    return below.keys() == others.keys() and all(torch.equal(value, others[name]) for name, value in below.items())


def _below(network: nn.Module, classifier: nn.Module) -> dict[str, Tensor]:
    """All weights but the classifier's."""
    own = {id(value) for value in classifier.parameters()}
    return {name: value for name, value in network.state_dict(keep_vars=True).items() if id(value) not in own}
