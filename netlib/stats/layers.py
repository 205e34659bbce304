"""The table of layers: shapes, parameters, memory."""

import pandas as pd

from netlib.trace import Trace


def layer_table(trace: Trace) -> pd.DataFrame:
    """One row a linear layer: name, activation, shapes for this batch, parameters, bytes; float32 throughout."""
    count = len(trace.labels)
    return pd.DataFrame(
        [
            {
                "layer": layer.name,
                "activation": layer.activation,
                "in": f"({count}, {layer.weight.shape[1]})",
                "out": f"({count}, {layer.weight.shape[0]})",
                "weight": str(tuple(layer.weight.shape)),
                "bias": str(tuple(layer.bias.shape)),
                "parameters": layer.parameters,
                "parameter bytes": layer.weight.nbytes + layer.bias.nbytes,
                "activation bytes": layer.before.nbytes + layer.after.nbytes,
            }
            for layer in trace.layers
        ]
    )
