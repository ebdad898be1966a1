r"""J factor: the nuisance of one target's likelihood, normal in ln J, profiled or integrated out.

ln L of a target is a sum over energy bins of curves in ln(flux): straight lines in the flux below some node, cubics
between nodes, straight lines above the last.
"""

import numpy as np

from likelihoods.kernel import kernel

_SMALL = 1e-3  # ln L that matters


@kernel
def target_log_l(flux, place, shift, step, top, lines, ends, cubics):
    """ln L of one target relative to no signal, and its first two derivatives with respect to ln J.

    Parameters
    ----------
    flux : energy flux per J in each bin [MeV GeV^-2 cm^3], (bins,)
    place : ln(flux) in units of ``step`` from the lowest node, (bins,)
    shift : ln J
    step, top : distance of the nodes in ln(flux), highest node
    lines, ends : slope in the flux of the linear part, and the node where it ends, (bins,)
    cubics : coefficients between nodes; the last row continues linearly in the flux, (bins, nodes, 4)
    """
    growth, offset, last = np.exp(shift), shift / step, cubics.shape[1] - 1
    linear = value = slope = bend = 0.0
    for j in range(flux.size):
        x = place[j] + offset
        if x < ends[j]:
            linear += lines[j] * flux[j]
        elif x < last:
            k = int(x)
            t = x - k
            c = cubics[j, k]
            value += c[0] + t * (c[1] + t * (c[2] + t * c[3]))
            slope += c[1] + t * (2.0 * c[2] + 3.0 * t * c[3])
            bend += 2.0 * c[2] + 6.0 * t * c[3]
        else:
            value += cubics[j, last, 0]
            linear += cubics[j, last, 1] * flux[j] / top
    linear *= growth
    return value + linear, slope / step + linear, bend / step**2 + linear


@kernel
def straight_lines(flux, place, shifts, step, lines, ends, slopes, beyond):
    """Slopes in ln J of many targets at ln J = ``shifts`` as if all bins were on straight lines; how many are not.

    ``lines`` and ``ends`` are (bins, targets): the inner loop is over targets, so that it vectorises.
    """
    slopes[:], beyond[:] = 0.0, 0
    for j in range(flux.size):
        for k in range(shifts.size):
            slopes[k] += lines[j, k] * flux[j]
            beyond[k] += 1 if place[j] + shifts[k] / step >= ends[j, k] else 0
    for k in range(shifts.size):
        slopes[k] *= np.exp(shifts[k])


@kernel
def straight_peak(slope, error, tolerance):
    """ln L at the peak of a target on straight lines if ``peak`` would take one step of Newton's method, else nan."""
    width2 = error * error / (1.0 - slope * error * error)
    if slope * np.exp(4.5 * error) > _SMALL or not slope * slope * width2 < tolerance * tolerance:
        return np.nan
    return slope + 0.5 * slope * slope * width2


@kernel
def peak(flux, place, ln_j, error, tolerance, step, top, lines, ends, cubics):
    """Most likely ln J of one target: its shift from ``ln_j``, ln L there with the normal's exponent, and the width.

    Also the slope of ln L at ``ln_j``. Newton's last step is below ``tolerance`` widths; ln L is taken after it.

    An excess makes ln L rise with J before it falls, which can give two maxima above ``ln_j``: the higher of a coarse
    scan is taken. Otherwise ln L is concave and Newton's method, kept in a bracket, finds its only one.
    """
    shift = 0.0
    value, slope, bend = target_log_l(flux, place, ln_j, step, top, lines, ends, cubics)
    first = slope
    low, high = -error * (6.0 + np.sqrt(2.0 * max(-value, 0.0))), 6.0 * error
    highest = value
    if slope * np.exp(4.5 * error) > _SMALL:
        for k in range(1, 7):
            t = 0.75 * k * error
            v, s, b = target_log_l(flux, place, ln_j + t, step, top, lines, ends, cubics)
            if v - 0.5 * (t / error) ** 2 > highest:
                shift, value, slope, bend, highest = t, v, s, b, v - 0.5 * (t / error) ** 2
            if s < 0.0:
                break
    width, last = error, np.inf
    for _ in range(60):
        gradient, curvature = slope - shift / error**2, bend - 1.0 / error**2
        if gradient > 0.0:
            low = shift
        else:
            high = shift
        width = 1.0 / np.sqrt(-curvature) if curvature < 0.0 else error
        step_to = gradient * width**2
        if abs(step_to) < tolerance * width:
            return shift + step_to, value - 0.5 * (shift / error) ** 2 + 0.5 * gradient * step_to, width, first
        if slope < 0.0 and bend < 0.0 and abs(step_to) > width:
            # far away: where the slope, as an exponential of the shift, meets the normal's, z + ln z = a
            power = bend / slope
            a = np.log(-bend * error**2) - power * shift
            z = np.logaddexp(0.0, a)
            if z > 0.0:  # else it is e^a, below the smallest number: just beyond the maximum of ln L itself
                for _ in range(3):
                    z *= (1.0 + a - np.log(z)) / (1.0 + z)
            step_to = -z / power - shift
        before = shift
        shift += step_to
        if shift <= low or shift >= high or abs(step_to) > 0.7 * last:
            shift = 0.5 * (low + high)
        last = abs(shift - before)
        value, slope, bend = target_log_l(flux, place, ln_j + shift, step, top, lines, ends, cubics)
    return shift, value - 0.5 * (shift / error) ** 2, width, first


@kernel
def marginal(flux, place, ln_j, error, step, top, lines, ends, cubics, nodes, weights):
    """ln of the mean likelihood over the normal of ln J, by Gauss-Hermite quadrature around the peak.

    ``nodes``, ``weights`` are two rules, (2, nodes): for concave ln L, and for an excess.
    """
    shift, highest, width, slope = peak(flux, place, ln_j, error, 0.3, step, top, lines, ends, cubics)
    if abs(slope) * np.exp(4.5 * error) < _SMALL:  # linear in J
        return slope * np.exp(0.5 * error**2)
    total = 0.0
    rule = 1 if slope > 0.0 else 0
    for i in range(nodes.shape[1]):
        if weights[rule, i] > 0.0:
            t = shift + width * nodes[rule, i]
            value = target_log_l(flux, place, ln_j + t, step, top, lines, ends, cubics)[0]
            total += weights[rule, i] * np.exp(value - 0.5 * (t / error) ** 2 - highest + 0.5 * nodes[rule, i] ** 2)
    return highest + np.log(total * width / error)
