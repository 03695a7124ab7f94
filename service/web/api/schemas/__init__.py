"""Schemas of the API: the same models validate, present and describe (OpenAPI). Times: microseconds UTC."""
