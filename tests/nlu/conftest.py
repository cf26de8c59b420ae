"""The trained model, shared with the integration tests."""

from tests.integration.model_fixtures import encoder_folder, kept, trained_model  # noqa: F401
