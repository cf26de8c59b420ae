"""What the featurizers before a classifier left in a message."""

from __future__ import annotations

from typing import Tuple

import numpy as np
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix


def features_of(message: Message) -> Tuple[np.ndarray, csr_matrix | None]:
    """The sentence vector, shape [d] (d = 0 without an encoder), and the n-gram counts,
    shape [1, c]; None where nothing was featurized."""
    dense_found = message.get_dense_features(TEXT, [])[1]
    sparse_found = message.get_sparse_features(TEXT, [])[1]
    dense = dense_found.features[0] if dense_found else np.zeros(0, dtype=np.float32)
    return dense, csr_matrix(sparse_found.features) if sparse_found else None
