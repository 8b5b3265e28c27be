"""The report page: what happened across repositories and time, as one HTML file that asks for nothing."""

from homeostat.page.figures import figures
from homeostat.page.html import page

__all__ = ["figures", "page"]
