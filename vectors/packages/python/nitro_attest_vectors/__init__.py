"""Test vectors for verifiers of AWS Nitro attestation documents, and a runner for them.

    report = nitro_attest_vectors.run(verify)       # verify(vector) returns "accept", "refuse" or "unsupported"
    print(report)
    assert report.ok

README.md has an example; FORMAT.md in this folder has the meaning of roots, time and options.
"""
from ._exceptions import ExceptionsError
from ._load import Sequence, Vector, files, load
from ._run import Report, Result, accept, run

__all__ = ['ExceptionsError', 'Report', 'Result', 'Sequence', 'Vector', 'accept', 'files', 'load', 'run']
__version__ = '@VERSION@'
