"""Every measurement next to the Standard Model: signs and units by the slope of data on predictions, sizes by pulls."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest

from likelihoods import default_inputs, request
from likelihoods.block import Block
from likelihoods.catalogue import load_measurements, on_request
from likelihoods.couplings import empty
from likelihoods.observables import OBSERVABLES
from likelihoods.prediction import Predictions
from likelihoods.theory import standard_model

#: Terms whose pulls scatter more than by 1.5, and why.
ANOMALIES = {
    "BK_mumu_rate": "rates are below the predictions with lattice form factors",
    "BK_ee_rate": "R_K times the muon rate",
    "BKstar_mumu_rate": "rates are below the predictions",
    "BKstar_ee_rate": "R_K* times the muon rate",
    "Bs_phi_mumu_rate": "rates are below the predictions with light-cone form factors",
    "P5prime": "the anomaly",
    "B_K_nunu": "Belle II's excess of 2023",
    "a_mu": "the White Paper of 2020; not with that of 2025",
    "a_fs_s": "a single value",
}
#: Single rows of other terms beyond 3.5 standard deviations, and why.
OUTLIERS = {
    "LHCb:2013:B0_Kstar_mumu_prime:S S4(B0->K*mumu)[14.18,16]": "4σ of the smaller error, 3σ as P4'; gone in 2015",
    "LHCb:2015:Bs_phi_mumu FL(Bs->phimumu)[0.1,2]": "across the photon pole; 1.5σ in 2021",
    "LHCb:2020:Bplus_Kstarplus_mumu:S FL(B+->K*mumu)[2.5,4]": "not seen in B0 -> K*0",
    "LHCb:2020:Bplus_Kstarplus_mumu:P P2_massless(B+->K*mumu)[6,8]": "low in all experiments, as is A_FB",
    "CMS:2024:B0_Kstar_mumu P2_massless(B0->K*mumu)[6,8.68]": "low in all experiments, as is A_FB",
}


@pytest.fixture(scope="module")
def measurements():
    """All entries, superseded ones and alternatives too, in the units of the predictions."""
    found = []
    for m in load_measurements().values():
        wanted = set(m.terms) - on_request()
        if wanted:
            m = m.restricted(wanted)
            units = [OBSERVABLES[request(row.observable, row.q2).observable].unit for row in m.rows]
            rows = (row.converted(unit) for row, unit in zip(m.rows, units, strict=True))
            found.append(replace(m, rows=tuple(rows)))
    return found


@pytest.fixture(scope="module")
def rows(measurements):
    return [(m.name, row) for m in measurements for row in m.rows]


def test_signs_and_units(rows):
    """Data grow with the predictions, entry by entry: a flipped sign has slope -1, a lost factor of two ½ or 2."""
    wanted = [request(row.observable, row.q2) for _, row in rows]
    requests = tuple(dict.fromkeys(wanted))
    mu = dict(zip(requests, Predictions(requests, default_inputs())(empty())[0], strict=True))
    groups = defaultdict(list)
    for (name, row), item in zip(rows, wanted, strict=True):
        if row.kind == "value" and np.isfinite(mu[item]):
            groups[name, row.observable].append((row.value, mu[item], row.up * row.down))
    tested = 0
    for key, group in groups.items():
        value, prediction, variance = np.array(group).T
        information = np.sum(prediction**2 / variance)
        if information > 16.0:  # the two signs are eight standard deviations apart
            slope = np.sum(value * prediction / variance) / information
            assert 0.35 < slope < 1.5, f"{key}: {slope:.2f} ± {information**-0.5:.2f}"
            tested += 1
    assert tested > 200


@pytest.mark.long
def test_pulls(measurements, rows):
    """Theory errors included. Half a minute goes into the theory errors of a thousand observables."""
    wanted = [request(row.observable, row.q2) for _, row in rows]
    requests = tuple(dict.fromkeys(wanted))
    columns = [requests.index(item) for item in wanted]
    mu, slopes, even, _ = standard_model(requests, default_inputs())
    variance = (slopes**2).sum(axis=1) + (even**2).sum(axis=1)
    terms = tuple(dict.fromkeys(row.term for _, row in rows))
    block = Block.of(measurements, columns, terms, theory=np.diag(variance[columns]))
    pulls = block.pulls(mu[None])[0]
    by_term = defaultdict(list)
    large = set()
    for (name, row), pull in zip(rows, pulls, strict=True):
        if row.kind == "value" and np.isfinite(pull):
            by_term[row.term].append(pull)
            if abs(pull) > 3.5 and row.term not in ANOMALIES:
                large.add(f"{name} {row}")
    assert large == set(OUTLIERS)
    scatter = {term: np.sqrt(np.mean(np.square(p))) for term, p in by_term.items()}
    assert {term for term, size in scatter.items() if size > 1.5} == set(ANOMALIES)
