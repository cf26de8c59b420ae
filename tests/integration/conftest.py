"""The fixtures of the integration tests."""

from tests.integration.bot_fixtures import (  # noqa: F401
    database_url,
    postgres_server,
    rig,
    tiny_model,
    tiny_project,
)
from tests.integration.model_fixtures import (  # noqa: F401
    encoder_folder,
    kept,
    real_server,
    trained_model,
)
