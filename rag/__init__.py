"""Jianghua (讲话): cited answers from Chinese policy speeches."""

__version__ = "0.1.0"
