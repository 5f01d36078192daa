"""Compares our endpoint of each region with botocore's: regions_test.py PROGRAM VENV. Prints TAP.

The test of signatures installs botocore into VENV, which this test uses if this Python has no botocore.
"""
import os
import subprocess
import sys

try:
    import botocore.session
except ImportError:
    other = os.path.join(sys.argv[2], "bin/python")
    if os.path.exists(other) and os.path.realpath(sys.prefix) != os.path.realpath(sys.argv[2]):
        os.execv(other, [other, *sys.argv])
    print("1..0 # SKIP botocore is missing")
    sys.exit(0)


def regions_of(session):
    """Real regions: without the partitions' own names, "aws-global"."""
    partitions = session.get_component("data_loader").load_data("partitions")["partitions"]
    return sorted(r for p in partitions for r in p["regions"] if not r.endswith("-global"))


def endpoint_of(session, region):
    client = session.create_client("kms", region_name=region, aws_access_key_id="x", aws_secret_access_key="x")
    return client.meta.endpoint_url


def main():
    session = botocore.session.Session()
    regions = regions_of(session)
    ours = subprocess.run([sys.argv[1], "--regions"], input="\n".join(regions) + "\n", capture_output=True, text=True,
                          check=True).stdout.split()
    theirs = [endpoint_of(session, region) for region in regions]
    differ = [f"# {r}: {o}, botocore: {t}" for r, o, t in zip(regions, ours, theirs) if "https://" + o != t]
    good = len(regions) > 30 and len(ours) == len(regions) and not differ
    print(f"# botocore {botocore.__version__}", *differ, sep="\n")
    print(f"{'ok' if good else 'not ok'} 1 - the endpoints of {len(regions)} regions\n1..1")
    return 0 if good else 1


sys.exit(main())
