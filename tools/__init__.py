"""Tools for developers that are neither part of the service nor tests."""
