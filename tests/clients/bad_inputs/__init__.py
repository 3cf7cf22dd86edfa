"""The table of bad requests, by topic; importing this package imports every topic, which fills the table."""

from importlib import import_module
from pkgutil import iter_modules

from .arenas import FILL
from .table import BESIDE, LATER, ROWS, TABLE

__all__ = ["BESIDE", "FILL", "LATER", "ROWS", "TABLE"]

for topic in iter_modules(__path__):
    import_module(f"{__name__}.{topic.name}")
