r"""Octet: new physics in the chromomagnetic coefficients C8 and C8′ of b → s ℓ ℓ, linear in C8± = C8 ± C8′.

* Quark loops shift C7 by -α_s/(4π) F_8^(7) C8 and C9 by -α_s/(4π) F_8^(9) C8 (hep-ph/0312063 Eqs. 39, 40).
* Gluons scatter off the spectator below the charmonia (hep-ph/0106067 Eqs. 23, 24), into helicities - and 0
  for C8; the input ``octet_spectator`` = 0 leaves this out, as flavio's default does (1 % of B → K* γ at C8 = 0.1).

Primes follow from parity, which QCD and the photon's vector current conserve: as for C7 and C9, amplitude ⊥ takes
C8 + C8′, ∥ and 0 take C8 - C8′, B → K takes C8 + C8′. All phases are strong: the CP conjugate has C8^*.
C8 is defined at 4.8 GeV, where its mixing into C7 has been done.
"""

import numpy as np

from likelihoods.amplitudes.b_to_v import LONG_7, LONG_9, OCTET, PARA_7, PARA_9, PERP_7, PERP_9, add_complex
from likelihoods.kernel import kernel


@kernel
def octet_values(q2, n_0, coupling, loops, hard_minus, hard_zero, out):
    """Fill the factors of C8± of ``out`` (VALUES,) at one node whose factors of C7 and C9 are there.

    Parameters
    ----------
    n_0, coupling : N, α_s
    loops : F_8^(7), F_8^(9)
    hard_minus, hard_zero : q² H_-, √q² H_0 of ``qcdf.octet_spectator``
    """
    scale = -coupling / (4.0 * np.pi)
    seven, nine = scale * loops[0], scale * loops[1]
    minus = -1j * np.sqrt(2.0) * n_0 * hard_minus / q2
    add_complex(out, OCTET, seven * out[PERP_7] + nine * out[PERP_9] - minus)
    add_complex(out, OCTET + 2, seven * out[PARA_7] + nine * out[PARA_9] + minus)
    add_complex(out, OCTET + 4, seven * out[LONG_7] + nine * out[LONG_9] + 2j * n_0 * hard_zero / np.sqrt(q2))
