"""The visitor API: sessions, messages, events, feedback, transcript, deletion."""
