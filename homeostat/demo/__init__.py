"""The whole loop on bundled repositories, with real git, real tests and no network."""

from homeostat.demo.play import play

__all__ = ["play"]
