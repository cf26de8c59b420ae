"""Rasa graph components: from what a visitor typed to topic, subject and answer."""
