r"""Radau IIA method of three stages and order five, for the stiff equation of a yield in equilibrium (``freeze_out``).

Nodes, matrix and weights of the error estimate: Hairer and Wanner, Solving Ordinary Differential Equations II, IV.5
and IV.8.
"""

import numpy as np

from likelihoods.kernel import kernel

_S6 = float(np.sqrt(6.0))
NODES = np.array([(4 - _S6) / 10, (4 + _S6) / 10, 1.0])
_MATRIX = np.array([
    [(88 - 7 * _S6) / 360, (296 - 169 * _S6) / 1800, (-2 + 3 * _S6) / 225],
    [(296 + 169 * _S6) / 1800, (88 + 7 * _S6) / 360, (-2 - 3 * _S6) / 225],
    [(16 - _S6) / 36, (16 + _S6) / 36, 1 / 9],
])  # fmt: skip
ERROR = np.array([-13 - 7 * _S6, -13 + 7 * _S6, -1.0]) / 3
GAMMA = float(3 + 3 ** (2 / 3) - 3 ** (1 / 3))


# from the changes at the stages to the coefficients of u, u², u³ of their polynomial, u in steps
_TO_POWERS = np.linalg.inv(np.vander(NODES, 4, increasing=True)[:, 1:])


@kernel
def change(z, u):
    """Change since the start of a step at ``u`` in steps, by the cubic through the changes ``z`` (3,) at its stages."""
    value = 0.0
    for k in range(2, -1, -1):
        value = u * (value + _TO_POWERS[k, 0] * z[0] + _TO_POWERS[k, 1] * z[1] + _TO_POWERS[k, 2] * z[2])
    return value


@kernel
def solve_stages(step, abundance, rates, gains, tolerance, z, f, slope, goal):
    """Changes ``z`` (3,) of ln Y at the three stages from a guess, by Newton's method; returns whether it converged.

    Parameters
    ----------
    abundance : Y at the start of the step
    rates, gains : A and Y_eq²/Y there at the stages, (3,)
    f, slope, goal : scratch (3,)
    """
    for _ in range(10):
        for i in range(3):
            growth = np.exp(z[i])
            loss, gain = rates[i] * abundance * growth, rates[i] * gains[i] / growth
            f[i], slope[i] = step * (gain - loss), step * (gain + loss)
        # (1 - step A J) dz = step A f - z, by Cramer's rule
        m00, m01, m02 = 1.0 + _MATRIX[0, 0] * slope[0], _MATRIX[0, 1] * slope[1], _MATRIX[0, 2] * slope[2]
        m10, m11, m12 = _MATRIX[1, 0] * slope[0], 1.0 + _MATRIX[1, 1] * slope[1], _MATRIX[1, 2] * slope[2]
        m20, m21, m22 = _MATRIX[2, 0] * slope[0], _MATRIX[2, 1] * slope[1], 1.0 + _MATRIX[2, 2] * slope[2]
        for i in range(3):
            goal[i] = _MATRIX[i, 0] * f[0] + _MATRIX[i, 1] * f[1] + _MATRIX[i, 2] * f[2] - z[i]
        c00, c01, c02 = m11 * m22 - m12 * m21, m12 * m20 - m10 * m22, m10 * m21 - m11 * m20
        determinant = m00 * c00 + m01 * c01 + m02 * c02
        d0 = (goal[0] * c00 + goal[1] * (m02 * m21 - m01 * m22) + goal[2] * (m01 * m12 - m02 * m11)) / determinant
        d1 = (goal[0] * c01 + goal[1] * (m00 * m22 - m02 * m20) + goal[2] * (m02 * m10 - m00 * m12)) / determinant
        d2 = (goal[0] * c02 + goal[1] * (m01 * m20 - m00 * m21) + goal[2] * (m00 * m11 - m01 * m10)) / determinant
        z[0] += d0
        z[1] += d1
        z[2] += d2
        size = max(abs(d0), abs(d1), abs(d2))
        if not size >= 0.4 * np.sqrt(tolerance):  # what is left is some size²/20
            return size >= 0.0
    return False
