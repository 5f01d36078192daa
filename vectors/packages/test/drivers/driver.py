"""Runs planned verdicts: driver.py FOLDER (VERDICTS EXCEPTIONS SKIP_TAGS)...

Prints the reports, writes the data to FOLDER.
"""
import json
import os
import sys

import nitro_attest_vectors

folder = sys.argv[1]
verdicts = {}


def verify(vector):
    verdict = verdicts[(vector.sequence + '/' if vector.sequence else '') + vector.id]
    if verdict == 'crash':
        raise ValueError('planned  crash')
    return nitro_attest_vectors.accept(**verdict) if isinstance(verdict, dict) else verdict


for name, content in nitro_attest_vectors.files().items():
    with open(os.path.join(folder, name.replace('/', '_')), 'wb') as f:
        f.write(content)
for verdicts_file, exceptions, skip_tags in zip(sys.argv[2::3], sys.argv[3::3], sys.argv[4::3]):
    with open(verdicts_file, encoding='utf-8') as f:
        verdicts = json.load(f)
    print(nitro_attest_vectors.run(verify, exceptions=exceptions or None, skip_tags=skip_tags.split()))
