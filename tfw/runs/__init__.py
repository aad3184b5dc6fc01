"""Parameterised notebooks, executed in order, each with an honest record."""
