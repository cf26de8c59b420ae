"""The Sanic app: visitor API, demo page, health."""
