"""Pure facts and rules: no database, no network, no Rasa."""
