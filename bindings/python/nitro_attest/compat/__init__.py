"""Modules with the interfaces of other packages, as replacements."""
