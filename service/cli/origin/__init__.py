"""`mithaq origin`."""
