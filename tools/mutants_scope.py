"""Determines which mutants vectors need not detect, because the mutated code does not affect the verdict on a document.

  usage   functions that give only codes NATT_E_USAGE_*, natt_options_check, which lists them, what only these call, and
          whether these are called at all: they check the call, not the document
  result  what only publish calls: they fill in the result after the verdict; what is done with a result later; the
          root's digest, which is in the result and in the cache's keys
  others  batch.c and cache.c, cache_key and the conditions that ask for a cache: vectors are single documents, without
          one; find_bucket, any_wrong and what only these call, verification and hashing in several lanes
          (digest_together, hash_each): they decide what a verdict costs (fuzz/cost.c, window, jobs), like tables of
          keys; codes.c and error_format.c: texts
The unit tests beside the code check these, crypto/test all of crypto/.
"""
import collections
import re
import sys

import csource

SURVIVORS = 'tools/mutants-survivors.md'
ROW = re.compile(r'- (\w+): (`[^`]+` (?:true|false|inverted|one more|one less)(?: \(\d+\))?): (same|out of reach): \S')
OTHERS = ['verify/batch.c', 'verify/cache.c', 'verify/codes.c', 'verify/error_format.c']
NAMED = {**dict.fromkeys(['natt_options_check', 'natt_deny_from_certificate', 'natt_platform_pcr_is_constant'],
                         'usage'),
         **dict.fromkeys(['publish', 'natt_result_digests', 'natt_options_checks', 'natt_expectations_checks_made',
                          'natt_verify_explain', 'natt_policy_explain', 'natt_policy_check', 'natt_verified_check',
                          'natt_verified_check_field', 'natt_root_digest'], 'result'),
         **dict.fromkeys(['cache_key', 'find_bucket', 'any_wrong', 'verify_in_slices', 'verify_in_two_lists',
                          'natt_jobs_find_tables', 'digest_together', 'hash_each', 'find_cached', 'has_job'], 'others')}
VERIFIED = ['natt_verify']  # a vector's call, also where other functions call it


def functions_apart(texts):
    """{(path, function): 'usage', 'result' or 'others'}, of the texts of all files."""
    bodies = {(p, d.name): csource.code_of(t)[d.start:d.end] for p, t in texts.items() for d in csource.definitions(t)}
    callers, found = collections.defaultdict(set), {}
    for key, body in bodies.items():
        for name in set(re.findall(r'\w+', body[body.find('{'):])):
            callers[name].add(key)
        codes = re.findall(r'\bNATT_E_\w+', body)
        if key[0] in OTHERS or key[1] in NAMED:
            found[key] = NAMED.get(key[1], 'others')
        elif codes and all(c.startswith('NATT_E_USAGE_') for c in codes):
            found[key] = 'usage'
    before = None
    while before != len(found):
        before = len(found)
        for key in set(bodies) - set(found):
            by = {c for c in callers[key[1]] - {key} if c[0] == key[0] or key[1].startswith('natt_')}
            if by and by <= set(found) and key[1] not in VERIFIED:
                found[key] = min(found[c] for c in by)
    return found


def apart(mutant, functions):
    """Returns why vectors need not detect this mutant, or None."""
    call = re.match(r'!?(\w+)\(', mutant.what)
    if call and 'usage' in {kind for (path, name), kind in functions.items()
                            if name == call.group(1) and (path == mutant.path or name.startswith('natt_'))}:
        return 'usage'
    if re.match(r'(ok && )?(cache [!=]= NULL|natt_cache_\w+\(|cache_key\()', mutant.what):
        return 'others'
    return functions.get((mutant.path, mutant.function))


def listed(root):
    """{(path, function, text): "same" or "out of reach"} of the list of survivors."""
    rows, path = {}, None
    for line in csource.read(root, SURVIVORS).splitlines():
        row, path = ROW.match(line), line[3:] if line.startswith('## ') else path
        if row:
            rows[path, row.group(1), row.group(2)] = row.group(3)
        elif line.startswith('- '):
            sys.exit('mutate-checks: %s: not understood: %s' % (SURVIVORS, line))
    return rows
