"""Counted bounds on the speed of the CUDA kernels."""
