"""Amplitudes: processes, and the intermediates that their observables share."""
