"""Keeps TensorFlow out of a process whose pipeline has no use for it.

Importing Rasa imports all of its components, those with neural networks too, and with them
TensorFlow: half of the start-up time and 340 MB that this pipeline never touches. Here the few
modules of Rasa that need TensorFlow become placeholders, whose classes can be named but not
used. Rasa's own commands (`rasa train` and the like) do not come through here.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

# Every module of Rasa 3.6.21 that imports TensorFlow and is imported together with Rasa.
MODULES = frozenset(
    {
        "rasa.core.policies.ted_policy",
        "rasa.core.policies.unexpected_intent_policy",
        "rasa.nlu.classifiers.diet_classifier",
        "rasa.nlu.featurizers.dense_featurizer.convert_featurizer",
        "rasa.nlu.featurizers.dense_featurizer.lm_featurizer",
        "rasa.nlu.selectors.response_selector",
        "rasa.utils.tensorflow.callback",
        "rasa.utils.tensorflow.data_generator",
    }
)
# What config.yml calls the components in them.
COMPONENTS = (
    "TEDPolicy",
    "UnexpecTEDIntentPolicy",
    "DIETClassifier",
    "ConveRTFeaturizer",
    "LanguageModelFeaturizer",
    "ResponseSelector",
)


class NotLoaded(ImportError):
    """A neural component was used in a process that keeps TensorFlow out."""


def leave_out_neural_parts(config: Path) -> bool:
    """Keeps TensorFlow out from here on; call it before Rasa is imported.

    Args:
        config: Rasa's config.yml. One that names a neural component gets the real ones.

    Returns:
        whether they are left out.
    """
    if "rasa" in sys.modules or "tensorflow" in sys.modules or _names_a_component(config):
        return False
    sys.meta_path.insert(0, _Finder())
    # spaCy and others use TensorFlow only where they find it; here they do not.
    sys.modules["tensorflow"] = None  # type: ignore[assignment]
    return True


def _names_a_component(config: Path) -> bool:
    """A comment counts too: that costs time, a component that is missing costs the start."""
    text = config.read_text(encoding="utf-8") if config.is_file() else ""
    return any(name in text for name in COMPONENTS)


class _Finder(MetaPathFinder, Loader):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(name, self) if name in MODULES else None

    def exec_module(self, module: ModuleType) -> None:
        def make(name: str) -> type:
            if name.startswith("__"):
                raise AttributeError(name)
            return _Placeholder(name, (), {"__module__": module.__name__})

        module.__getattr__ = make  # type: ignore[method-assign]  # PEP 562


class _Placeholder(type):
    """The type of classes that have a name and nothing else."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise _not_loaded(cls)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        raise _not_loaded(cls)


def _not_loaded(cls: type) -> NotLoaded:
    return NotLoaded(
        f"{cls.__name__} needs TensorFlow, which is loaded only where config.yml names "
        f"{cls.__name__} or another neural component"
    )
