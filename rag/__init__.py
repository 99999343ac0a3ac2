"""Jianghua (讲话): cited answers from Chinese policy speeches."""
