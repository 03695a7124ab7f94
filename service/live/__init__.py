"""Live collaborative editing of drafts over WebSocket. The only asynchronous code of the service."""
