"""Modules with the interfaces of other packages, to be imported in their place."""
