"""Widgets for JupyterLab, each with a static twin for runs that nobody watches."""
