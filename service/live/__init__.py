"""The WebSocket: people who write the same draft at the same time. The only asynchronous rooms of the house."""
