"""The tuned style in Numba: blocks of paths that stay in the first cache, every inner loop vectorised.

The random numbers are xoshiro128, a generator per lane of a block, and Box-Muller on polynomials: calls of the C
library's logarithm and cosine would keep LLVM from vectorising, and cost more than the steps.
"""

import numba
import numpy as np
from numpy import float32, int32, uint32

from elementary import LEVEL

jit = numba.njit(fastmath=True, nogil=True, error_model="numpy")

ROOT_2, LOG_2 = float32(np.sqrt(2)), float32(np.log(2))
TO_EIGHTH_TURN = float32(np.pi * 2**-33)  # of a signed word: within +- pi / 4


@jit
def draw_words(state, words):
    """xoshiro128: the next word of each lane. NumPy's types widen sums and shifts, hence the casts."""
    a, b, c, d = state[0], state[1], state[2], state[3]
    for lane in range(words.size):
        words[lane] = uint32(a[lane] + d[lane])
        shifted = uint32(b[lane] << uint32(9))
        c[lane] ^= a[lane]
        d[lane] ^= b[lane]
        b[lane] ^= c[lane]
        a[lane] ^= d[lane]
        c[lane] ^= shifted
        d[lane] = uint32(uint32(d[lane] << uint32(11)) | uint32(d[lane] >> uint32(21)))


@jit
def draw_normals(state, z):
    """Box-Muller: two normals a lane, to 1e-5."""
    lanes = z.shape[1]
    words, uniform, mantissa = np.empty(lanes, uint32), np.empty(lanes, float32), np.empty(lanes, float32)
    uniform_bits, mantissa_bits = uniform.view(uint32), mantissa.view(uint32)
    draw_words(state, words)
    for lane in range(lanes):
        uniform[lane] = (float32(words[lane] >> uint32(8)) + float32(0.5)) * float32(2**-24)
        mantissa_bits[lane] = uint32(uint32(uniform_bits[lane] & uint32(0x7FFFFF)) | uint32(0x3F800000))
    draw_words(state, words)
    for lane in range(lanes):
        # log(u) from exponent and mantissa, by the series of the inverse hyperbolic tangent
        exponent = float32(int32(uniform_bits[lane] >> uint32(23)) - int32(127))
        s = (mantissa[lane] - ROOT_2) / (mantissa[lane] + ROOT_2)
        q = s * s
        series = float32(1) + q * (float32(1 / 3) + q * (float32(1 / 5) + q * (float32(1 / 7) + q * float32(1 / 9))))
        log = (exponent + float32(0.5)) * LOG_2 + float32(2) * s * series
        radius = np.sqrt(max(float32(0), float32(-2) * log))
        # sine and cosine of a quarter of the angle by their series, then doubled twice
        h = float32(int32(words[lane])) * TO_EIGHTH_TURN
        q = h * h
        sine = h * (float32(1) + q * (float32(-1 / 6) + q * (float32(1 / 120) + q * float32(-1 / 5040))))
        cosine = float32(1) + q * (float32(-1 / 2) + q * (float32(1 / 24) + q * float32(-1 / 720)))
        half_sine, half_cosine = float32(2) * sine * cosine, float32(1) - float32(2) * sine * sine
        z[0, lane] = radius * (float32(1) - float32(2) * half_sine * half_sine)
        z[1, lane] = radius * float32(2) * half_sine * half_cosine


@jit
def step_hill(v, rate, target, scale, z):
    for s in range(v.shape[0]):
        for lane in range(v.shape[1]):
            part = max(v[s, lane], float32(0))
            v[s, lane] += target[s] - rate[s] * part + scale[s] * np.sqrt(part) * z[lane]


@jit
def step_linear(v, rate, target, scale, z):
    for s in range(v.shape[0]):
        for lane in range(v.shape[1]):
            v[s, lane] += target[s] - rate[s] * v[s, lane] + scale[s] * z[lane]


def integrate_with(step):
    @jit
    def integrate(rate, target, scale, lanes, states):
        averages = np.empty((len(states), lanes), float32)
        z = np.empty((2, lanes), float32)
        for block in range(len(states)):
            v = np.full((rate.shape[1], lanes), float32(LEVEL))
            for i in range(len(rate)):
                if i % 2 == 0:
                    draw_normals(states[block], z)
                step(v, rate[i], target[i], scale[i], z[i % 2])
            averages[block] = v.sum(axis=0) / float32(rate.shape[1])
        return averages

    return integrate


integrators = {"hill": integrate_with(step_hill), "linear": integrate_with(step_linear)}
