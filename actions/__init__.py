"""Custom actions: short adapters between Rasa and the services; no sentence, no SQL."""
