"""Archive: a result as netCDF that arviz opens, and as JSON."""

import json
import warnings
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from fitter.checkpoint import write_atomically
from fitter.parameter import Parameter
from fitter.prior import parse_prior
from fitter.result import Result

POSTERIOR, SUMMARY = "posterior.nc", "summary.json"
#: Layout of ``posterior.nc``; raised when an older reader could not understand a newer file.
LAYOUT = 1


def _plain(value: Any) -> Any:
    """What ``json`` does not know by itself."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    return str(value)


def dumps(value: Any) -> str:
    """JSON text; infinities and nan become null, as the standard has no word for them."""

    def clean(item: Any) -> Any:
        if isinstance(item, dict):
            return {str(key): clean(entry) for key, entry in item.items()}
        if isinstance(item, list | tuple):
            return [clean(entry) for entry in item]
        if isinstance(item, np.ndarray | np.generic):
            return clean(item.tolist())
        return None if isinstance(item, float) and not np.isfinite(item) else item

    return json.dumps(clean(value), indent=1, default=_plain, ensure_ascii=False)


def datasets(result: Result) -> dict[str, xr.Dataset]:
    """xarray datasets by group, in arviz' layout: posterior, log_likelihood, sample_stats."""
    chains = np.unique(result.chain) if result.log_evidence is None else np.zeros(1, int)
    if len(chains) > 1:  # ensembles of equal weight: the independent chains
        members = [np.flatnonzero(result.chain == chain) for chain in chains]
        length = min(map(len, members))
        pick = np.array([member[:length] for member in members])
    else:
        pick = result.resampled()[None]
    coordinates = {"chain": np.arange(len(pick)), "draw": np.arange(pick.shape[1])}
    samples, terms = result.samples[pick], result.log_likelihood_terms[pick]
    posterior = {name: (("chain", "draw"), samples[..., k]) for k, name in enumerate(result.names)}
    pointwise: dict[str, Any] = {name: (("chain", "draw"), terms[..., k]) for k, name in enumerate(result.terms)}
    pointwise["pointwise"] = (("chain", "draw", "term"), terms)
    density = (result.log_prior[pick] + terms.sum(axis=-1)).astype(float)
    return {
        "posterior": xr.Dataset(posterior, coordinates),
        "log_likelihood": xr.Dataset(pointwise, coordinates | {"term": list(result.terms)}),
        "sample_stats": xr.Dataset({"lp": (("chain", "draw"), density)}, coordinates),
    }


def to_arviz(result: Result) -> Any:
    """``InferenceData`` (arviz 0.x) or ``DataTree`` (1.x)."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"\s*ArviZ is undergoing", FutureWarning)
        import arviz

    if arviz.__version__.startswith("0."):  # 1.x warns when asked whether it has InferenceData
        groups: dict[str, Any] = datasets(result)
        return arviz.InferenceData(**groups)
    return xr.DataTree.from_dict(datasets(result))


def save(result: Result, folder: Path) -> Path:
    """Write both files atomically, last the posterior, which marks a result; the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    n = np.arange(len(result.samples))
    draws = xr.Dataset(
        {
            "samples": (("sample", "parameter"), result.samples),
            "weights": ("sample", result.weights),
            "log_likelihood_terms": (("sample", "term"), result.log_likelihood_terms),
            "log_prior": ("sample", result.log_prior),
            "chain_number": ("sample", result.chain),
        },
        {"sample": n, "parameter": list(result.names), "term": list(result.terms)},
    )
    history = xr.Dataset({name: (f"{name}_index", np.asarray(values)) for name, values in result.history.items()})
    root = xr.Dataset(attrs={"layout": LAYOUT, "result": dumps(_header(result))})
    tree = xr.DataTree.from_dict({"/": root} | datasets(result) | {"weighted": draws, "history": history})
    stream = BytesIO()  # HDF5 itself may crash where a disk is full
    tree.to_netcdf(stream, engine="h5netcdf")
    write_atomically(folder / SUMMARY, dumps(result.summary()).encode())
    write_atomically(folder / POSTERIOR, stream.getvalue())
    return folder


def _header(result: Result) -> dict[str, Any]:
    parameters = [
        {
            "name": p.name,
            "prior": str(p.prior),
            "unit": p.unit,
            "latex": p.latex,
            "description": p.description,
        }
        for p in result.parameters
    ]
    plain = ("name", "log_evidence", "log_evidence_error", "best_fit", "effective", "diagnostics")
    more = ("reasons", "interrupted", "failures", "provenance")
    return {"parameters": parameters} | {key: getattr(result, key) for key in plain + more}


def load(folder: Path) -> Result:
    """The result in a folder."""
    path = folder / POSTERIOR
    if not path.is_file():
        raise FileNotFoundError(f"{folder} holds no result: there is no {POSTERIOR}")
    try:
        with xr.open_dataset(path, engine="h5netcdf") as root:
            layout, header = int(root.attrs["layout"]), json.loads(root.attrs["result"])
        with xr.open_dataset(path, group="weighted", engine="h5netcdf") as opened:
            draws = opened.load()
        with xr.open_dataset(path, group="history", engine="h5netcdf") as opened:
            history = opened.load()
    except (OSError, KeyError, ValueError) as error:
        raise ValueError(f"{path} is truncated or was not written by darkflavour: {error}") from None
    if layout > LAYOUT:
        raise ValueError(f"{path} has layout {layout}, this version reads up to {LAYOUT}")
    parameters = tuple(Parameter(**(entry | {"prior": parse_prior(entry["prior"])})) for entry in header["parameters"])
    return Result(
        parameters=parameters,
        terms=tuple(map(str, draws["term"].values)),
        samples=draws["samples"].values,
        weights=draws["weights"].values,
        log_likelihood_terms=draws["log_likelihood_terms"].values,
        log_prior=draws["log_prior"].values,
        chain=draws["chain_number"].values,
        history={str(name): values.values for name, values in history.items()},
        **{key: value for key, value in header.items() if key not in ("parameters", "reasons")},
        reasons=tuple(header["reasons"]),
    )
